import type { ComponentChildren } from "preact";
import { Button } from "../ui/button/Button";
import * as icons from "../ui/icons/paths";
import styles from "./Shell.module.css";

interface Props {
  readonly title: string;
  readonly search: ComponentChildren;
  readonly actions: ComponentChildren;
  readonly me: ComponentChildren;
  /** Shows or hides the list where it lies over main. */
  readonly onList: (() => void) | undefined;
  readonly over: boolean;
}

export function TitleBar({ title, search, actions, me, onList, over }: Props) {
  return (
    <header class={styles.bar} data-region tabIndex={-1}>
      <div class={styles.history}>
        {onList && (
          <Button
            kind="subtle"
            icon={icons.panelLeft}
            label="List"
            pressed={over}
            onClick={onList}
          />
        )}
        <Button
          kind="subtle"
          icon={icons.chevronLeft}
          label="Back"
          onClick={() => history.back()}
        />
        <Button
          kind="subtle"
          icon={icons.chevronRight}
          label="Forward"
          onClick={() => history.forward()}
        />
      </div>
      <p class={styles.title}>{title}</p>
      <div class={styles.search}>{search}</div>
      <div class={styles.actions}>{actions}</div>
      <div class={styles.me}>{me}</div>
    </header>
  );
}
