/* Loaded when first shown. */
export { InviteDialog } from "./InviteDialog";
export { SettingsView } from "./SettingsView";
