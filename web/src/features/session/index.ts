export { keepPlace, type Problem, placeKept, problemIn } from "./back";
export { ProblemBanner } from "./ProblemBanner";
export { ProviderButtons } from "./ProviderButtons";
export { SessionStore, type Who } from "./store";
