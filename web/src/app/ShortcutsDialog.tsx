import { Dialog } from "../ui/dialog/Dialog";
import { type Command, type Commands, keysOf, keyText } from "./commands";
import styles from "./ShortcutsDialog.module.css";

interface Props {
  readonly commands: Commands;
  readonly open: boolean;
  readonly onClose: () => void;
}

const OTHER = "General";

/** Every command that has a key, by group, each once. */
function grouped(all: readonly Command[]): readonly (readonly [string, readonly Command[]])[] {
  const groups = new Map<string, Map<string, Command>>();
  for (const command of all) {
    if (keysOf(command).length === 0) continue;
    const name = command.group ?? OTHER;
    groups.set(name, (groups.get(name) ?? new Map()).set(command.id, command));
  }
  return [...groups].map(([name, commands]) => [name, [...commands.values()]] as const);
}

export function ShortcutsDialog({ commands, open, onClose }: Props) {
  return (
    <Dialog open={open} title="Keyboard shortcuts" size="medium" onClose={onClose}>
      <div class={styles.groups}>
        {grouped(commands.all.value).map(([name, list]) => (
          <section key={name}>
            <h3 class={styles.name}>{name}</h3>
            <dl class={styles.keys}>
              {list.map((command) => (
                <div key={command.id} class={styles.row}>
                  <dt>{command.label}</dt>
                  <dd class={styles.key}>
                    {keysOf(command).map((key) => (
                      <kbd key={key}>{keyText(key)}</kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
