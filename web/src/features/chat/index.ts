export { ConversationView } from "./ConversationView";
export { draftOf, forgetDrafts } from "./drafts";
export { faceName, otherOf, previewOf, titleOf, typingText } from "./naming";
export { Outbox } from "./outbox";
export { Sender } from "./sender";
export { ChatStore } from "./store";
