import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Issuer } from "./support/issuer";

/* What `convene doctor` says of settings that are wrong, and of those that are right. */

let issuer: Issuer;
let folder: string;

beforeAll(async () => {
  issuer = await Issuer.start();
  folder = mkdtempSync(join(tmpdir(), "convene-doctor-"));
});
afterAll(async () => {
  await issuer.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  issuer.evil = {};
});

interface Said {
  readonly code: number;
  readonly text: string;
}

function doctor(env: Record<string, string>): Promise<Said> {
  const all = {
    PATH: process.env["PATH"],
    ASAN_OPTIONS: process.env["ASAN_OPTIONS"],
    DATA_DIR: folder,
    PORT: "9",
    PUBLIC_URL: "http://localhost:8080",
    ALLOWED_PEERS: "127.0.0.1",
    OIDC_ISSUER: issuer.url,
    OIDC_CLIENT_ID: issuer.clientId,
    OIDC_CLIENT_SECRET: issuer.secret,
    ...env,
  };
  return new Promise((done) => {
    execFile(process.env["CONVENE_BIN"] ?? "", ["doctor"], { env: all }, (error, out, err) =>
      done({ code: error === null ? 0 : Number(error.code), text: out + err }),
    );
  });
}

describe("the doctor", () => {
  it("finds nothing where all is well, and tells what to enter at the provider", async () => {
    const said = await doctor({});
    expect(said.text).toContain("http://localhost:8080/api/v1/oidc/oidc/callback");
    expect(said.text).toContain("Nothing FAILED, but see above what was not asked.");
    expect(said.text).not.toMatch(/^ +(FAILED|warning) /mu);
    expect(said.text).not.toContain(issuer.secret);
    expect(said.code).toBe(0);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ["a setting that is left out", { OIDC_CLIENT_SECRET: "" }, /OIDC_CLIENT_SECRET belong together/],
    ["a secret that is refused", { OIDC_CLIENT_SECRET: "wrong" }, /FAILED +secret .*refuses our client id and secret/],
    ["an issuer that is away", { OIDC_ISSUER: "http://127.0.0.1:9" }, /FAILED +issuer .*ALLOWED_PEERS/],
    ["an issuer that may not be asked", { ALLOWED_PEERS: "" }, /FAILED +issuer .*ALLOWED_PEERS/],
    [
      "a callback elsewhere than PUBLIC_URL",
      {
        PUBLIC_URL: "https://chat.example.org",
        GOOGLE_CLIENT_ID: "g",
        GOOGLE_CLIENT_SECRET: "s",
        GOOGLE_CALLBACK_URL: "https://old.example.org/auth/google/callback",
      },
      /FAILED +callback .*old\.example\.org.* is not at PUBLIC_URL/,
    ],
    [
      "a cookie that cannot work",
      { PUBLIC_URL: "http://chat.example.org", GOOGLE_CLIENT_ID: "g", GOOGLE_CLIENT_SECRET: "s" },
      /FAILED +cookie .*plain HTTP/,
    ],
    ["mail that cannot be sent", { SMTP_URL: "http://mail", MAIL_FROM: "a@b.example" }, /FAILED +mail .*SMTP_URL/],
    ["nobody's way in", { LOCAL_ACCOUNTS: "off", OIDC_ISSUER: "", OIDC_CLIENT_ID: "", OIDC_CLIENT_SECRET: "" }, /nobody could sign in/],
  ])("tells of %s", async (_what, env, words) => {
    const said = await doctor(env);
    expect(said.text).toMatch(words);
    expect(said.code).toBe(1);
  });

  it("tells of a clock that is off", async () => {
    issuer.evil.answer = (path, _req, res) => {
      if (path.startsWith("/.well-known"))
        res.setHeader("date", new Date(Date.now() + 3_600_000).toUTCString());
      return false;
    };
    const said = await doctor({});
    expect(said.text).toMatch(/FAILED +clock .*seconds behind/);
    expect(said.code).toBe(1);
  });

  it("tells of an issuer that is written otherwise", async () => {
    issuer.evil.configuration = (c) => ({ ...c, issuer: `${issuer.url}/` });
    expect((await doctor({})).text).toMatch(/FAILED +issuer .*to the letter/);
  });

  it("warns of an address that only this machine knows", async () => {
    const said = await doctor({ PUBLIC_URL: "" });
    expect(said.text).toMatch(/warning +address/);
    expect(said.text).toMatch(/warning +callback/);
    expect(said.code).toBe(0);
  });
});
