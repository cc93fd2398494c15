export { CallButtons } from "./CallButtons";
export { CallLayer } from "./CallLayer";
export { callCommands } from "./commands";
export { CallHistory } from "./history";
export type { CallsParts } from "./parts";
export { RejoinBanner } from "./RejoinBanner";
export { CallsStore } from "./store";
