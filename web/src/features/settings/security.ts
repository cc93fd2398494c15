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
    try {
      const [security, { sessions }] = await Promise.all([
        this.#api.securityGet(),
        this.#api.sessionList(),
      ]);
      this.#security.value = security;
      this.#sessions.value = sessions;
    } catch (e) {
      this.#error.value = e;
    }
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
