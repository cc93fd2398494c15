import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { errorText } from "../../api/errors";
import type { Me } from "../../api/gen";
import { Button } from "../../ui/button/Button";
import { Field } from "../../ui/field/Field";
import styles from "./SettingsView.module.css";

export type ThemeChoice = "system" | "light" | "dark" | "hc";

const THEMES: readonly { readonly id: ThemeChoice; readonly label: string }[] = [
  { id: "system", label: "Follow system" },
  { id: "light", label: "Light" },
  { id: "dark", label: "Dark" },
  { id: "hc", label: "High contrast" },
];

export interface GeneralProps {
  readonly me: Me;
  readonly onRename: (name: string) => Promise<void>;
  readonly theme: ThemeChoice;
  readonly onTheme: (choice: ThemeChoice) => void;
  /** Camera, microphone, speaker. */
  readonly devices: ComponentChildren;
  readonly onShortcuts: () => void;
}

/** Who one is and how the page looks; every change applies at once. */
export function GeneralPage({ me, onRename, theme, onTheme, devices, onShortcuts }: GeneralProps) {
  return (
    <>
      <Profile me={me} onRename={onRename} />
      <section class={styles.section} aria-labelledby="appearance">
        <h2 id="appearance">Appearance</h2>
        <fieldset class={styles.choices}>
          <legend>Theme</legend>
          {THEMES.map(({ id, label }) => (
            <Button key={id} pressed={theme === id} onClick={() => onTheme(id)}>
              {label}
            </Button>
          ))}
        </fieldset>
      </section>
      <section class={styles.section} aria-labelledby="devices">
        <h2 id="devices">Devices</h2>
        {devices}
      </section>
      <section class={styles.section} aria-labelledby="keyboard">
        <h2 id="keyboard">Keyboard</h2>
        <div>
          <Button onClick={onShortcuts}>Show keyboard shortcuts</Button>
        </div>
      </section>
    </>
  );
}

function Profile({ me, onRename }: Pick<GeneralProps, "me" | "onRename">) {
  const [name, setName] = useState(me.name);
  const [saved, setSaved] = useState(false);
  const [error, setError] = useState<string>();
  const input = (text: string) => {
    setName(text);
    setSaved(false);
  };
  /* On Enter, and on leaving the field. */
  const save = (e: Event) => {
    e.preventDefault();
    setError(undefined);
    if (name.trim() === "") setName(me.name);
    else if (name.trim() !== me.name)
      onRename(name.trim()).then(
        () => setSaved(true),
        (refused: unknown) => setError(errorText(refused)),
      );
  };
  return (
    <section class={styles.section} aria-labelledby="profile">
      <h2 id="profile">Profile</h2>
      <form onSubmit={save} onFocusOut={save}>
        <Field label="Your name" value={name} onInput={input} error={error} maxLength={80} />
        <p class={styles.quiet} role="status">
          {saved && "Saved. Others see it now."}
        </p>
      </form>
      <p class={styles.quiet}>
        {me.role === "guest" ? "You are here as a guest." : `You sign in as ${me.email}.`}
      </p>
    </section>
  );
}
