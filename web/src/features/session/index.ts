export { InvitePage } from "./InvitePage";
export { SetUpPage } from "./SetUpPage";
export { SignInPage } from "./SignInPage";
export { SessionStore, type Who } from "./store";
