export { SessionStore, type Who } from "./store";
