/** Where messages are written. What was typed is never lost: not to a limit, not to a reload. */

import { complain, element, on, tell } from "./page.js";
import { recall, remember } from "./storage.js";
import { codePoints } from "./text.js";

/** So near to the limit, in characters, it is told how many are left. */
const NEAR = 200;

/** Says `message` (a text), `typed` (whether there is any), `left` (how many characters, near the limit). */
export class Composer extends EventTarget {
  /**
   * @param {any} form
   * @param {{limit: number, draftKey: string, say: import("./types.js").Say}} options
   */
  constructor(form, { limit, draftKey, say }) {
    super();
    this.form = form;
    this.field = form.elements.message;
    this.counter = element("composer-count");
    this.limit = limit;
    this.draftKey = draftKey;
    this.say = say;
    this.field.value ||= recall(draftKey);
    on(this.field, "input", () => this.#typed());
    on(this.field, "keydown", (event) => this.#pressed(event));
    on(form, "submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.#grow();
    if (!isTouch()) this.focus();
  }

  /** Hand the text over, if it may be sent. */
  submit() {
    const text = tidy(this.field.value);
    if (!text) return this.field.focus();
    if (codePoints(text) > this.limit) return this.#typed();
    this.field.value = "";
    this.#typed();
    this.focus();
    this.dispatchEvent(new CustomEvent("message", { detail: text }));
  }

  focus() {
    this.field.focus({ preventScroll: true });
  }

  /** @param {string} text a sentence, or nothing */
  complain(text) {
    complain(this.field, text);
  }

  /** Nothing can be sent here any more; what was typed stays to be copied. */
  close() {
    this.field.readOnly = true;
    for (const button of this.form.querySelectorAll("button")) button.disabled = true;
  }

  #typed() {
    this.#grow();
    const count = codePoints(tidy(this.field.value));
    this.complain(count > this.limit ? this.say("too_long", { count, max: this.limit }) : "");
    this.#showLeft(this.limit - count);
    remember(this.draftKey, this.field.value);
    this.dispatchEvent(new CustomEvent("typed", { detail: this.field.value.trim() !== "" }));
  }

  #showLeft(count) {
    const isNear = count <= NEAR && count >= 0;
    const text = isNear ? this.say("left", { count }) : "";
    tell(this.counter, text);
    if (text) this.dispatchEvent(new CustomEvent("left", { detail: text }));
  }

  #pressed(event) {
    // While an input method composes, Enter chooses a word; Safari tells it by the old key code only.
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    if (event.shiftKey || event.altKey || isTouch()) return;
    event.preventDefault();
    this.submit();
  }

  #grow() {
    this.field.style.height = "auto";
    const border = this.field.offsetHeight - this.field.clientHeight;
    this.field.style.height = `${this.field.scrollHeight + border}px`;
  }
}

/** A text without the empty lines around it, and without halves of letters, which no server keeps. */
function tidy(text) {
  const trimmed = text.trimEnd().replace(/^\n+/, "");
  return trimmed.isWellFormed?.() === false ? trimmed.toWellFormed() : trimmed;
}

function isTouch() {
  return matchMedia("(hover: none) and (pointer: coarse)").matches;
}
