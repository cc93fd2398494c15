/* Loaded when first shown: once in a person's life. */
export { InvitePage } from "./InvitePage";
export { SetUpPage } from "./SetUpPage";
