export type { ThemeChoice } from "./GeneralPage";
