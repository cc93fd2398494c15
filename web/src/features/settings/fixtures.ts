import { vi } from "vitest";
import type { Api, Security, SessionInfo, SignIn } from "../../api/gen";
import { SessionStore } from "../session";
import { SecurityStore } from "./security";

export const SECURITY: Security = {
  password: true,
  second_factor: false,
  recovery_codes: 0,
  identities: [],
};

export const WAYS: SignIn = {
  local_accounts: true,
  mail: false,
  providers: [{ id: "oidc", name: "Contoso", kind: "oidc" }],
};

export function sessionInfo(id: string, more: Partial<SessionInfo> = {}): SessionInfo {
  return {
    id,
    current: false,
    user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    ip: "203.0.113.9",
    method: "password",
    created_at: 0,
    last_seen_at: Date.now() - 120_000,
    expires_at: 0,
    ...more,
  };
}

/** An api that answers with these, and hears what else is asked. */
export function securityApi(security: Security, sessions: readonly SessionInfo[] = []) {
  return {
    securityGet: vi.fn(async () => security),
    sessionList: vi.fn(async () => ({ sessions })),
    sessionEndOne: vi.fn(async () => undefined),
    sessionEndOthers: vi.fn(async () => undefined),
    passwordSet: vi.fn(async () => ({ id: "me" }) as never),
    totpBegin: vi.fn(async () => ({ secret: "JBSWY3DPEHPK3PXP", uri: "otpauth://totp/x" })),
    totpConfirm: vi.fn(async () => ({ recovery_codes: ["aaaaa-bbbbb", "ccccc-ddddd"] })),
    totpOff: vi.fn(async () => undefined),
    recoveryCodesNew: vi.fn(async () => ({ recovery_codes: ["eeeee-fffff"] })),
    identityRemove: vi.fn(async () => undefined),
    signInGet: vi.fn(async () => WAYS),
  };
}

export const storeOf = (api: ReturnType<typeof securityApi>) => new SecurityStore(api);
export const sessionOf = (api: object) => new SessionStore(api as Api, () => {});
