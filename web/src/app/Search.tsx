import { useRef, useState } from "preact/hooks";
import { enterRows } from "../lib/focus";
import { Field } from "../ui/field/Field";
import { fetchAhead, Lazy } from "./Lazy";
import styles from "./Search.module.css";
import type { Services } from "./services";

const loadFound = () => import("./SearchFound").then((m) => m.SearchFound);

interface Props {
  readonly services: Services;
  readonly onChat: (channel: string) => void;
  readonly onPerson: (user: string) => void;
}

/** Finds people and chats by name. */
export function Search({ services, onChat, onPerson }: Props) {
  const [text, setText] = useState("");
  const box = useRef<HTMLElement>(null);

  const leave = (e: FocusEvent) => {
    if (!(e.relatedTarget instanceof Node && box.current?.contains(e.relatedTarget))) setText("");
  };
  const onKey = (e: KeyboardEvent) => {
    if (e.key === "Escape") {
      setText("");
      box.current?.querySelector("input")?.focus();
    } else enterRows(e, box.current);
  };
  const chosen = (act: (id: string) => void) => (id: string) => {
    setText("");
    act(id);
  };
  return (
    <search
      ref={box}
      class={styles.search}
      onFocusIn={() => void fetchAhead(loadFound)}
      onFocusOut={leave}
      onKeyDown={onKey}
    >
      <Field
        label="Find people and chats"
        hideLabel
        type="search"
        placeholder="Find people and chats"
        value={text}
        onInput={setText}
      />
      {text.trim() !== "" && (
        <Lazy
          load={loadFound}
          props={{
            services,
            text: text.trim(),
            onChat: chosen(onChat),
            onPerson: chosen(onPerson),
          }}
          quiet
        />
      )}
    </search>
  );
}
