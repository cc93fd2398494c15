import { signal } from "@preact/signals";
import { expect, it } from "vitest";
import { Scope } from "./scope";

it("undoes what was added, last first, and once", () => {
  const undone: string[] = [];
  const scope = new Scope();
  scope.add(() => undone.push("first"));
  scope.add(() => undone.push("second"));
  scope.end();
  scope.end();
  expect(undone).toEqual(["second", "first"]);
});

it("undoes at once what is added when it is over", () => {
  const undone: string[] = [];
  const seen: number[] = [];
  const count = signal(1);
  const scope = new Scope();
  scope.end();
  scope.add(() => undone.push("late"));
  scope.effect(() => {
    seen.push(count.value);
  });
  count.value = 2;
  expect(undone).toEqual(["late"]);
  expect(seen).toEqual([1]);
});
