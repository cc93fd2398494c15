import { untracked } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { cx } from "../../lib/class";
import { Button } from "../../ui/button/Button";
import * as icons from "../../ui/icons/paths";
import styles from "./Composer.module.css";
import { draftOf } from "./drafts";

const MOST = 10_000;

interface Props {
  readonly channel: string;
  /** Whose draft it is. */
  readonly me: string;
  readonly placeholder: string;
  readonly typing: string;
  readonly onSend: (text: string) => void;
  readonly onTyped: () => void;
}

/** Where a message is written: Enter sends, Shift+Enter breaks; a draft stays with its chat. */
export function Composer({ channel, me, placeholder, typing, onSend, onTyped }: Props) {
  const draft = useRef(draftOf(me, channel));
  const [text, setText] = useState(() => untracked(draft.current.get));
  const input = useRef<HTMLTextAreaElement>(null);
  const length = [...text].length;
  const ready = text.trim() !== "" && length <= MOST;

  useLayoutEffect(() => {
    const el = input.current;
    if (!el) return;
    el.style.height = "auto";
    el.style.height = `${el.scrollHeight}px`;
    el.scrollTop = text === "" ? 0 : el.scrollTop;
  }, [text]);
  useEffect(() => {
    if (matchMedia("(hover: hover)").matches) input.current?.focus();
  }, []);

  const change = (value: string) => {
    setText(value);
    if (value === "") draft.current.clear();
    else draft.current.set(value);
    if (value.trim() !== "") onTyped();
  };
  const send = () => {
    if (!ready) return;
    onSend(text.trim());
    change("");
    input.current?.focus();
  };
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.key !== "Enter" || e.shiftKey || e.isComposing) return;
    e.preventDefault();
    send();
  };

  return (
    <div class={styles.composer}>
      <div class={styles.column}>
        <p class={styles.typing} aria-live="polite">
          {typing}
        </p>
        <div class={styles.box}>
          <textarea
            ref={input}
            id="composer"
            class={styles.text}
            rows={1}
            aria-label={placeholder}
            placeholder={placeholder}
            value={text}
            onInput={(e) => change(e.currentTarget.value)}
            onKeyDown={onKeyDown}
            enterkeyhint="send"
          />
          <Button
            kind="subtle"
            class={cx(ready && styles.ready)}
            icon={ready ? icons.sendFilled : icons.send}
            label="Send"
            disabled={!ready}
            onClick={send}
          />
        </div>
        {length > MOST && (
          <p class={styles.long} role="alert">
            {length - MOST} characters too many: send it in two messages.
          </p>
        )}
      </div>
    </div>
  );
}
