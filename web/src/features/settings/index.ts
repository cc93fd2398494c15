export type { ThemeChoice } from "./SettingsView";
