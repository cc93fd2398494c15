export { ChatPane } from "./ChatPane";
export { chatRows, teamRows } from "./rows";
