import { expect, it } from "vitest";
import type { Person } from "../../api/gen";
import { channel, row } from "./fixtures";
import { faceName, previewOf, titleOf, typingText } from "./naming";

const person = (name: string): Person => ({
  id: name.toLowerCase(),
  name: `${name} Example`,
  email: "",
  role: "member",
  active: true,
  picture: null,
  bot: false,
});
const [me, ada, ben, cleo, dan] = ["Me", "Ada", "Ben", "Cleo", "Dan"].map(person) as [
  Person,
  Person,
  Person,
  Person,
  Person,
];
const nameOf = (id: string) => `${id.charAt(0).toUpperCase()}${id.slice(1)} Example`;

it("names a chat after the other one, a group after its name or its people", () => {
  expect(titleOf(channel("c", { members: [me, ada] }), "me")).toBe("Ada Example");
  const group = channel("c", { kind: "group", members: [me, ada, ben, cleo, dan] });
  expect(titleOf(group, "me")).toBe("Ada, Ben, Cleo +1");
  expect(faceName(group, "me")).toBe("Ada Ben");
  expect(titleOf({ ...group, name: "Crew" }, "me")).toBe("Crew");
  expect(titleOf({ ...group, members: [me] }, "me")).toBe("Only you");
});

it("previews the last message, with a name only where it is not clear whose it is", () => {
  const direct = channel("c", { last_message: row(1, "hello") });
  expect(previewOf(direct, "me", nameOf)).toBe("hello");
  expect(previewOf({ ...direct, kind: "group" }, "me", nameOf)).toBe("Ada: hello");
  expect(previewOf(direct, "ada", nameOf)).toBe("You: hello");
  expect(previewOf(channel("c"), "me", nameOf)).toBe("");
});

it("says who types", () => {
  expect(typingText([], nameOf)).toBe("");
  expect(typingText(["ada"], nameOf)).toBe("Ada is typing…");
  expect(typingText(["ada", "ben"], nameOf)).toBe("Ada and Ben are typing…");
  expect(typingText(["ada", "ben", "cleo"], nameOf)).toBe("Several people are typing…");
});
