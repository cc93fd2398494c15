export { SignInPage } from "./SignInPage";
export { SessionStore, type Who } from "./store";
