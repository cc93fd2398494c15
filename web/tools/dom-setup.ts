/* What browsers have and jsdom lacks, as far as our parts use it. */
import { cleanup, configure } from "@testing-library/preact";
import { afterAll, afterEach } from "vitest";

/* A part that is loaded when first shown takes its time on a machine with other work. */
configure({ asyncUtilTimeout: 5000 });

afterEach(cleanup);
/* Effects of the last drawing wait for a frame, which must come before the page is gone. */
afterAll(() => new Promise((done) => setTimeout(done, 50)));

const dialog = HTMLDialogElement.prototype;
dialog.showModal ??= function showModal(this: HTMLDialogElement) {
  this.open = true;
};
dialog.show ??= dialog.showModal;
dialog.close ??= function close(this: HTMLDialogElement, value?: string) {
  if (!this.open) return;
  this.open = false;
  if (value !== undefined) this.returnValue = value;
  this.dispatchEvent(new Event("close"));
};

const element = HTMLElement.prototype;
element.showPopover ??= function showPopover(this: HTMLElement) {
  this.style.display = "block";
};
element.hidePopover ??= function hidePopover(this: HTMLElement) {
  this.style.display = "";
};
element.setPointerCapture ??= function setPointerCapture() {};
Element.prototype.scrollIntoView ??= function scrollIntoView() {};

globalThis.ResizeObserver ??= class {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
};

window.matchMedia ??= (media: string) =>
  Object.assign(new EventTarget(), {
    matches: false,
    media,
    onchange: null,
    addListener() {},
    removeListener() {},
  });
