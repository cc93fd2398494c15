/* Loaded when first shown: by who is not signed in. */
export { GuestPage } from "./GuestPage";
export { InvitePage } from "./InvitePage";
export { ResetPage } from "./ResetPage";
export { SetUpPage } from "./SetUpPage";
export { SignInPage } from "./SignInPage";
