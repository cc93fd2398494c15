/* Loaded when first shown. */
export { GroupMenu } from "./GroupMenu";
export { NewChatDialog } from "./NewChatDialog";
export { TeamPane } from "./TeamPane";
