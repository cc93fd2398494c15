import { mediaSignal } from "../../../lib/media";

/** Where the controls are at the bottom. */
export const phone = mediaSignal("(width < 40rem)");
