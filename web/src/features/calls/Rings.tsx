import { useEffect } from "preact/hooks";
import type { Call } from "../../api/gen";
import { Avatar } from "../../ui/avatar/Avatar";
import { Button } from "../../ui/button/Button";
import * as later from "../../ui/icons/later";
import * as icons from "../../ui/icons/paths";
import { alertRings } from "./alert";
import { KEYS } from "./commands";
import { mayBegin } from "./engine/machine";
import styles from "./Rings.module.css";
import type { CallsStore } from "./store";

interface Props {
  readonly calls: CallsStore;
}

/** What rings, above everything; it takes no focus away from whoever is typing. */
export function Rings({ calls }: Props) {
  useEffect(() => alertRings(calls), [calls]);
  const rings = calls.rings.value;
  if (rings.length === 0) return null;
  return (
    <div class={styles.rings}>
      {rings.map((call) => (
        <Ring key={call.id} call={call} calls={calls} />
      ))}
    </div>
  );
}

function Ring({ call, calls }: Props & { readonly call: Call }) {
  const name = calls.name(call.caller);
  const busy = !mayBegin(calls.held.value);
  const accept = busy ? "End and answer" : "Accept";
  const what = call.video ? "Incoming video call" : "Incoming call";
  const place = calls.titleOf({ ...call, peer: calls.peerOf(call) });
  return (
    <section class={styles.ring} role="alertdialog" aria-label={`${what} from ${name}`}>
      <Avatar id={call.caller} name={name} picture={calls.picture(call.caller)} size={56} />
      <div class={styles.text}>
        <p class={styles.name}>{name}</p>
        <p class={styles.what} role="status">
          {place === name ? what : `${what} · ${place}`}
        </p>
        {busy && <p class={styles.what}>Answering ends the call you are in.</p>}
      </div>
      <div class={styles.buttons}>
        <Button
          kind="primary"
          size="large"
          round
          icon={icons.videoFilled}
          label={`${accept} with video`}
          shortcut={KEYS.acceptVideo}
          onClick={() => void calls.accept(call.id, true)}
        />
        <Button
          kind="primary"
          size="large"
          round
          icon={icons.callFilled}
          label={`${accept} with audio`}
          shortcut={KEYS.acceptAudio}
          onClick={() => void calls.accept(call.id, false)}
        />
        <Button
          kind="danger"
          size="large"
          round
          icon={later.callEndFilled}
          label="Decline"
          shortcut={KEYS.decline}
          onClick={() => calls.decline(call.id)}
        />
      </div>
      <button type="button" class={styles.reply} onClick={() => calls.replyTo(call.id)}>
        Reply with message
      </button>
    </section>
  );
}
