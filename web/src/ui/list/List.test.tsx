import { render, screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { List } from "./List";
import { ListRow } from "./ListRow";

interface Props {
  readonly names: readonly string[];
  readonly current?: string;
}

function Names({ names, current }: Props) {
  return (
    <>
      <List label="People">
        {names.map((name) => (
          <ListRow key={name} title={name} current={name === current} onClick={() => {}} />
        ))}
      </List>
      <button type="button">After</button>
    </>
  );
}

const focused = () => document.activeElement?.textContent;

it("is one tab stop with arrow keys inside", async () => {
  const user = userEvent.setup();
  render(<Names names={["Ada", "Mei", "Tom"]} />);

  await user.tab();
  expect(focused()).toBe("Ada");
  await user.keyboard("{ArrowUp}");
  expect(focused()).toBe("Ada");
  await user.keyboard("{ArrowDown}{ArrowDown}{ArrowDown}");
  expect(focused()).toBe("Tom");
  await user.keyboard("{Home}{ArrowDown}");
  expect(focused()).toBe("Mei");
  await user.tab();
  expect(focused()).toBe("After");
  await user.tab({ shift: true });
  expect(focused()).toBe("Mei");
});

it("is entered at the current row, also when it changes", async () => {
  const user = userEvent.setup();
  const { rerender } = render(<Names names={["Ada", "Mei", "Tom"]} current="Mei" />);
  rerender(<Names names={["Bo", "Tom", "Ada"]} current="Tom" />);
  await waitFor(() => expect(screen.getByRole("button", { name: "Tom" }).tabIndex).toBe(0));
  await user.tab();
  expect(focused()).toBe("Tom");
});
