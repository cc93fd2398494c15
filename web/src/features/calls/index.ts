export { besideOf } from "./beside";
export { CallButtons } from "./CallButtons";
export { CallLayer } from "./CallLayer";
export { callCommands } from "./commands";
export { CallHistory } from "./history";
export type { CallsParts } from "./parts";
export { CallsStore } from "./store";
