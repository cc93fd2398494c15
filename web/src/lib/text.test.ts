import { describe, expect, it } from "vitest";
import { initials, linkify, mailto } from "./text";

describe("initials", () => {
  it.each([
    ["Mei Tanaka", "MT"],
    ["  ada  ", "A"],
    ["Jean-Luc van der Berg", "JB"],
    ["Élodie Ångström (Paris)", "ÉÅ"],
    ["Jonas Berg (Guest)", "JB"],
    ["(Guest)", "G"],
    ["李 明", "李明"],
    ["…", "?"],
    ["", "?"],
  ])("of %j are %j", (name, letters) => {
    expect(initials(name)).toBe(letters);
  });
});

describe("mailto", () => {
  it.each([
    ["ann@example.org", "mailto:ann@example.org"],
    ["a?cc=ben@example.org", "mailto:a%3Fcc%3Dben@example.org"],
    ["a%0d%0aBcc=b@x.org", "mailto:a%250d%250aBcc%3Db@x.org"],
  ])("of %j is %j", (address, href) => {
    expect(mailto(address)).toBe(href);
    expect(new URL(href).search).toBe("");
  });
});

describe("linkify", () => {
  const links = (text: string) =>
    linkify(text).flatMap((part) => (part.kind === "link" ? [[part.text, part.href]] : []));

  it.each([
    ["see https://a.example/x.", "https://a.example/x"],
    ["(https://a.example/x)", "https://a.example/x"],
    ["https://a.example/x_(y), then", "https://a.example/x_(y)"],
    ["https://a.example/?q=1&b=2!", "https://a.example/?q=1&b=2"],
  ])("finds the address in %j", (text, found) => {
    expect(links(text)).toEqual([[found, found]]);
  });

  it("completes what people shorten", () => {
    expect(links("www.a.example, me@b.example")).toEqual([
      ["www.a.example", "https://www.a.example/"],
      ["me@b.example", "mailto:me@b.example"],
    ]);
  });

  it.each(["javascript:alert(1)", "data:text/html,x", "https://", "http://[", "a.b", "@all"])(
    "leaves %j alone",
    (text) => {
      expect(links(text)).toEqual([]);
    },
  );

  it("loses nothing", () => {
    const text = "a https://x.example/?a=1). <b> http://y.example\nwww.z.example… é@ü.example";
    expect(
      linkify(text)
        .map((part) => part.text)
        .join(""),
    ).toBe(text);
  });

  it("is quick on what repeats", () => {
    const from = performance.now();
    linkify("https://x/".padEnd(20_000, ")."));
    linkify("a.".repeat(20_000));
    expect(performance.now() - from).toBeLessThan(1_000);
  });
});
