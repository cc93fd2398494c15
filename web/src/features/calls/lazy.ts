/* Loaded when first shown. */
export { CallDetails } from "./CallDetails";
export { CallHistoryPane } from "./CallHistoryPane";
export { DeviceSettings } from "./DeviceSettings";
