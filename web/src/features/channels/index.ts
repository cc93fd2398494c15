export { ChatPane } from "./ChatPane";
export { GroupMenu } from "./GroupMenu";
export { NewChatDialog } from "./NewChatDialog";
export { chatRows, teamRows } from "./rows";
export { TeamPane } from "./TeamPane";
