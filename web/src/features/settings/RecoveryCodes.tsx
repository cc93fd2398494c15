import { Button } from "../../ui/button/Button";
import { CopyButton } from "../../ui/copy/CopyField";
import styles from "./RecoveryCodes.module.css";

interface Props {
  readonly codes: readonly string[];
  readonly onDone: () => void;
}

/** The codes for the day when the authenticator is lost: shown now and never again. */
export function RecoveryCodes({ codes, onDone }: Props) {
  const text = codes.join("\n");
  const download = () => {
    const host = location.hostname;
    const file = `Recovery codes for Convene at ${host}\nEach works once.\n\n${text}\n`;
    const url = URL.createObjectURL(new Blob([file], { type: "text/plain" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = `convene-recovery-codes-${host}.txt`;
    link.click();
    /* The browser has begun to read it by then. */
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  return (
    <div class={styles.parts}>
      <p>
        When you have lost your authenticator, one of these lets you in, once each. They are shown
        only now: keep them where you find them without your phone.
      </p>
      <ul class={styles.codes} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div class={styles.buttons}>
        <CopyButton text={text} />
        <Button onClick={download}>Download</Button>
        <span class={styles.gap} />
        <Button kind="primary" onClick={onDone}>
          I have kept them
        </Button>
      </div>
    </div>
  );
}
