import { type ReadonlySignal, signal } from "@preact/signals";
import type { Api, Security, SessionInfo } from "../../api/gen";

type SecurityApi = Pick<
  Api,
  | "securityGet"
  | "sessionList"
  | "sessionEndOne"
  | "sessionEndOthers"
  | "passwordSet"
  | "totpBegin"
  | "totpConfirm"
  | "totpOff"
  | "recoveryCodesNew"
  | "identityRemove"
>;

/** How somebody signs in, and where they are signed in; read anew after each change. */
export class SecurityStore {
  readonly #api: SecurityApi;
  readonly #security = signal<Security | null>(null);
  readonly #sessions = signal<readonly SessionInfo[] | null>(null);
  readonly #error = signal<unknown>(null);

  /** Null until they have come. */
  readonly security: ReadonlySignal<Security | null> = this.#security;
  readonly sessions: ReadonlySignal<readonly SessionInfo[] | null> = this.#sessions;
  /** Why they could not be read. */
  readonly error: ReadonlySignal<unknown> = this.#error;

  constructor(api: SecurityApi) {
    this.#api = api;
  }

  async load(): Promise<void> {
    this.#error.value = null;
    const failed = (e: unknown) => {
      this.#error.value = e;
    };
    /* One without the other is of use, too. */
    await Promise.all([
      this.#api.securityGet().then((security) => {
        this.#security.value = security;
      }, failed),
      this.#api.sessionList().then(({ sessions }) => {
        this.#sessions.value = sessions;
      }, failed),
    ]);
  }

  async end(session: string): Promise<void> {
    await this.#api.sessionEndOne({ session });
    await this.load();
  }

  async endOthers(): Promise<void> {
    await this.#api.sessionEndOthers();
    await this.load();
  }

  /** The password that is to go, and the authenticator's code, where there are such. */
  async setPassword(password: string, current: string, code: string): Promise<void> {
    await this.#api.passwordSet({
      password,
      ...(current === "" ? {} : { current }),
      ...(code === "" ? {} : { code }),
    });
    await this.load();
  }

  beginTotp(password: string) {
    return this.#api.totpBegin(password === "" ? {} : { password });
  }

  /** Returns the recovery codes. */
  async confirmTotp(code: string): Promise<readonly string[]> {
    const { recovery_codes } = await this.#api.totpConfirm({ code });
    await this.load();
    return recovery_codes;
  }

  async totpOff(code: string): Promise<void> {
    await this.#api.totpOff({ code });
    await this.load();
  }

  async newRecoveryCodes(code: string): Promise<readonly string[]> {
    const { recovery_codes } = await this.#api.recoveryCodesNew({ code });
    await this.load();
    return recovery_codes;
  }

  async removeIdentity(identity: string): Promise<void> {
    await this.#api.identityRemove({ identity });
    await this.load();
  }
}
