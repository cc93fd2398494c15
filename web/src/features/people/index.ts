export { cardOf } from "./cards";
export { PeoplePicker } from "./PeoplePicker";
export { PersonCard } from "./PersonCard";
export { PeopleStore } from "./store";
