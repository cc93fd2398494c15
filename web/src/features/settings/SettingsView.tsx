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

interface Props {
  readonly me: Me;
  readonly onRename: (name: string) => Promise<void>;
  readonly theme: ThemeChoice;
  readonly onTheme: (choice: ThemeChoice) => void;
  /** Camera, microphone, speaker. */
  readonly devices: ComponentChildren;
  readonly onShortcuts: () => void;
}

/** What one sets for oneself; every change applies at once. */
export function SettingsView({ me, onRename, theme, onTheme, devices, onShortcuts }: Props) {
  return (
    <div class={styles.view}>
      <div class={styles.column}>
        <h1 class={styles.title}>Settings</h1>
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
      </div>
    </div>
  );
}

function Profile({ me, onRename }: Pick<Props, "me" | "onRename">) {
  const [name, setName] = useState(me.name);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const changed = name.trim() !== "" && name.trim() !== me.name;

  const save = async (e: Event) => {
    e.preventDefault();
    if (!changed) return;
    setBusy(true);
    setError(undefined);
    await onRename(name.trim()).catch((refused: unknown) => setError(errorText(refused)));
    setBusy(false);
  };
  return (
    <section class={styles.section} aria-labelledby="profile">
      <h2 id="profile">Profile</h2>
      <form class={styles.row} onSubmit={(e) => void save(e)}>
        <Field label="Your name" value={name} onInput={setName} error={error} maxLength={80} />
        <Button type="submit" kind="primary" busy={busy} disabled={!changed}>
          Change name
        </Button>
      </form>
      <p class={styles.quiet}>You sign in as {me.email}.</p>
    </section>
  );
}
