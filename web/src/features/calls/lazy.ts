/* Loaded when first shown. */
export { CallDetails } from "./CallDetails";
export { CallHistoryPane } from "./CallHistoryPane";
export { DeviceSettings } from "./DeviceSettings";
export { MeetButtons } from "./MeetButtons";
export { MeetingBanner } from "./MeetingBanner";
export { RejoinBanner } from "./RejoinBanner";
