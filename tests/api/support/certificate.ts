import { execFileSync } from "node:child_process";
import { join } from "node:path";

const openssl = (...args: readonly string[]) => execFileSync("openssl", args, { stdio: "pipe" });

/** A certificate for localhost from an authority of the test's own: files in a folder. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

export function makeCertificate(folder: string, name: string): Certificate {
  const at = (file: string) => join(folder, `${name}-${file}`);
  const made = { cert: at("cert.pem"), key: at("key.pem"), ca: at("ca.pem") };
  const authority = at("ca-key.pem");
  const fresh = ["-nodes", "-days", "30", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];

  openssl("req", "-x509", ...fresh, "-subj", "/O=Contoso/CN=Test authority", "-keyout", authority, "-out", made.ca);
  openssl(
    ...["req", "-x509", ...fresh, "-CA", made.ca, "-CAkey", authority],
    ...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
    ...["-addext", "basicConstraints=critical,CA:FALSE", "-keyout", made.key, "-out", made.cert],
  );
  return made;
}
