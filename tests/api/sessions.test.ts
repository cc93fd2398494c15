import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SessionInfo } from "../../web/src/api/gen";
import { invited, PASSWORD, Person, setUp, uuid } from "./support/person";
import { Server } from "./support/server";

/* Where somebody is signed in, and ending that from elsewhere. */

let server: Server;
let ada: Person;
let ben: Person;
let email: string;

beforeAll(async () => {
	server = await Server.start();
	ada = await setUp(server);
	ben = await invited(ada, "Ben");
	email = ben.me.email;
});
afterAll(() => server.stop());

const signIn = () =>
	new Person(server).enter("/session", { email, password: PASSWORD });
const devices = async (who: Person) =>
	(await who.get<{ sessions: SessionInfo[] }>("/sessions")).body.sessions;

describe("the devices of a person", () => {
	it("are listed with the one that asks marked, and nobody else's", async () => {
		const phone = await signIn();
		const listed = await devices(phone);
		expect(listed.filter((s) => s.current)).toHaveLength(1);
		expect(listed).toHaveLength(2);
		for (const s of listed) {
			expect(s).toMatchObject({ method: "password", ip: "127.0.0.1" });
			expect(s.expires_at).toBeGreaterThan(Date.now() + 29 * 86_400_000);
		}
		expect(JSON.stringify(listed)).not.toContain(phone.cookie.split("=")[1]);
		expect((await devices(ada)).map((s) => s.id)).not.toContain(listed[0]?.id);
	});

	it("end one by one, with their sockets, within a second", async () => {
		const phone = await signIn();
		const line = await phone.socket();
		await line.next("gap");
		const id = (await devices(phone)).find((s) => s.current)?.id ?? "";

		const begun = performance.now();
		expect((await ben.call("DELETE", `/api/v1/sessions/${id}`)).status).toBe(
			204,
		);
		expect((await line.closed).code).toBe(4401);
		const took = performance.now() - begun;
		console.log(
			`# an ended session's socket was gone after ${took.toFixed(1)} ms`,
		);
		expect((await phone.get("/me")).status).toBe(401);
		expect((await ben.get("/me")).status).toBe(200);
		expect((await ben.call("DELETE", `/api/v1/sessions/${id}`)).status).toBe(
			404,
		);
	});

	it("are nobody else's to end", async () => {
		const id = (await devices(ben))[0]?.id ?? "";
		expect((await ada.call("DELETE", `/api/v1/sessions/${id}`)).status).toBe(
			404,
		);
		expect(
			(await ada.call("DELETE", `/api/v1/sessions/${uuid()}`)).status,
		).toBe(404);
		expect((await ada.call("DELETE", "/api/v1/sessions/x")).status).toBe(404);
		expect((await ben.get("/me")).status).toBe(200);
	});

	it("end all together but the one that asks", async () => {
		const others = [await signIn(), await signIn()];
		const lines = await Promise.all(others.map((o) => o.socket()));
		const own = await ben.socket();
		await own.next("gap");
		for (const line of lines) await line.next("gap");

		expect((await ben.call("DELETE", "/api/v1/sessions")).status).toBe(204);
		for (const line of lines) expect((await line.closed).code).toBe(4401);
		for (const other of others)
			expect((await other.get("/me")).status).toBe(401);
		expect(await devices(ben)).toHaveLength(1);
		expect((await ben.get("/me")).status).toBe(200);
		own.close();
	});
});

describe("a call", () => {
	it("ends for the page whose session was ended, within a second", async () => {
		const phone = await signIn();
		const chat = await ada.direct(ben);
		const page = (who: Person) => who.socket(`?page=${uuid()}`);
		const [caller, callee] = [await page(ada), await page(phone)];
		await Promise.all([caller.next("gap"), callee.next("gap")]);
		const begun = await caller.ask({
			type: "call.start",
			channel: chat.id,
			video: true,
			mic: true,
			camera: false,
		});
		if (begun.type !== "done") throw new Error(JSON.stringify(begun));
		const { call } = await callee.next("call");
		const joined = await callee.ask({
			type: "call.join",
			call: call.id,
			mic: true,
			camera: false,
		});
		expect(joined.type).toBe("done");
		await caller.next("call", (e) => e.call.state === "active");

		const id = (await devices(phone)).find((s) => s.current)?.id ?? "";
		const at = performance.now();
		expect((await ben.call("DELETE", `/api/v1/sessions/${id}`)).status).toBe(
			204,
		);
		await Promise.all([
			callee.closed,
			caller.next("call", (e) => e.call.state === "ended"),
		]);
		const took = performance.now() - at;
		console.log(
			`# an ended session's socket and call were gone after ${took.toFixed(1)} ms`,
		);
		expect(took).toBeLessThan(1000);
		caller.close();
	});
});

describe("a token in the head", () => {
	it("counts alone: a wrong one is not made good by a cookie", async () => {
		for (const token of [
			"cvn_",
			`cvn_${"A".repeat(43)}`,
			ben.cookie.split("=")[1],
			"x",
		]) {
			const headers = { authorization: `Bearer ${token}` };
			const answer = await ben.call("GET", "/api/v1/me", undefined, headers);
			expect(answer.status, token).toBe(401);
		}
	});

	it("has no place in the cookie", async () => {
		const headers = { cookie: `convene=cvn_${"A".repeat(43)}` };
		expect(
			(await new Person(server).call("GET", "/api/v1/me", undefined, headers))
				.status,
		).toBe(401);
	});
});
