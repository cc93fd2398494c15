import { expect, it } from "vitest";
import { Desk } from "./desk";
import { placeOf } from "./places";
import type { Router } from "./router";
import type { Services } from "./services";

const there = new Set(["7"]);
const services = {
  chat: { channel: (id: string) => (there.has(id) ? { id } : undefined) },
} as unknown as Services;

it("leads back to what was open last under each app, while it is there", () => {
  const desk = new Desk(services, {} as Router);
  expect(desk.hrefOf("chat")).toBe("/chat");
  desk.see(placeOf("/chat/7"));
  desk.see(placeOf("/calls/9"));
  desk.see(placeOf("/calls"));
  desk.see(placeOf("/settings"));
  expect(desk.hrefOf("chat")).toBe("/chat/7");
  expect(desk.hrefOf("calls")).toBe("/calls/9");
  expect(desk.hrefOf("teams")).toBe("/teams");
  there.clear();
  expect(desk.hrefOf("chat")).toBe("/chat");
});
