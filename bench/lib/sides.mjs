// The two sides of a run, with people who are signed in on each.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { conveneBin, Server } from "../../tests/support/program.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const PASSWORD = "correct horse battery";

function asked(server, method, path, body, cookie) {
  return fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: {
      "content-type": "application/json",
      ...(cookie ? { cookie } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}

async function entered(answer) {
  if (answer.status !== 201)
    throw new Error(`${answer.url}: ${answer.status} ${await answer.text()}`);
  return answer.headers.getSetCookie()[0].split(";")[0];
}

export async function convene(people, { env = {}, folder } = {}) {
  // The peer has no limits; and all of these people come from one address.
  const server = await Server.start({ env: { RATE_LIMITS: "off", ...env }, folder });
  const token = await server.setupToken();
  const newcomer = (i) => ({
    email: `p${i}@example.org`,
    name: `Person ${i}`,
    password: PASSWORD,
  });
  const cookies = [
    await entered(
      await asked(server, "POST", "/setup", {
        ...newcomer(0),
        token,
        team: "Bench",
      }),
    ),
  ];
  const invite = await (
    await asked(server, "POST", "/invites", { max_uses: 1000 }, cookies[0])
  ).json();
  const secret = invite.url.split("#")[1];
  for (let i = 1; i < people; i += 2) {
    const two = [i, i + 1].filter((n) => n < people);
    const made = await Promise.all(
      two.map(async (n) =>
        entered(
          await asked(server, "POST", "/invites/accept", {
            ...newcomer(n),
            token: secret,
          }),
        ),
      ),
    );
    cookies.push(...made);
  }
  const list = await (await asked(server, "GET", "/channels", undefined, cookies[0])).json();
  return { server, cookies, channel: list.channels[0].id };
}

export async function peer(people) {
  const server = await Server.start({
    command: [process.execPath, "--no-warnings", join(here, "../peer/server.mjs")],
    env: { PEOPLE: String(people), NODE_ENV: "production" },
  });
  return {
    server,
    cookies: Array.from({ length: people }, (_, i) => `convene=token-${i}`),
    channel: "general",
  };
}

export const startPeer = () => peer(1);
export const startConvene = () => Server.start({ command: [conveneBin()] });
