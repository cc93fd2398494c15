/* Loaded when first shown: by who is not signed in. */
export { InvitePage } from "./InvitePage";
export { SetUpPage } from "./SetUpPage";
export { SignInPage } from "./SignInPage";
