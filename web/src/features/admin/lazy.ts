/* Loaded when first shown. */
export { AdminView } from "./AdminView";
