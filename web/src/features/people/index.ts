export { cardOf } from "./cards";
export { Face } from "./Face";
export { PeoplePicker } from "./PeoplePicker";
export { PersonCard } from "./PersonCard";
export { PeopleStore } from "./store";
