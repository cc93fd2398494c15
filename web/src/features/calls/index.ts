export { CallHistory } from "./history";
export type { CallsParts } from "./store";
export { CallsStore } from "./store";
