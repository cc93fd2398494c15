export { CallButtons } from "./CallButtons";
export { CallLayer } from "./CallLayer";
export { callCommands } from "./commands";
export { CallHistory } from "./history";
export { RejoinBanner } from "./RejoinBanner";
export type { CallsParts } from "./store";
export { CallsStore } from "./store";
