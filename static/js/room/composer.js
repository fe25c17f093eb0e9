/** Where messages are written. What was typed is never lost: not to a limit, not to a reload. */

import { setFieldError, element, on, setText } from "../lib/page.js";
import { emptiedDrafts, readSession, writeSession } from "../lib/storage.js";
import { countCodePoints } from "../lib/text.js";

/** So near to the limit, in characters, the composer shows how many are left. */
const NEAR_LIMIT = 200;

/**
 * Dispatches `message` (a text, with what it is to do: see composer_context.js), `all` (in the place of one that
 * may mention everybody), `up` (that key, with nothing written), `typed` (whether something is being written), `left` (how many characters,
 * near the limit).
 */
export class Composer extends EventTarget {
  /** @type {{reply_to?: import("../lib/types.js").Quote, edit?: {message_id: number, base: number}}} */
  context = {};
  /** @type {import("../lib/types.js").Upload[]} files that go with it */
  uploads = [];
  /** When something was typed for the last time, in milliseconds since 1970. */
  changedAt = 0;

  /**
   * @param {any} form
   * @param {{limit: number, draftKey: string, t: import("../lib/types.js").Translate}} options
   */
  constructor(form, { limit, draftKey, t }) {
    super();
    Object.assign(this, { form, limit, draftKey, t });
    this.field = form.elements.message;
    this.counter = element("composer-count");
    // What was done here goes before the draft that the page came with, until the two are compared.
    const served = emptiedDrafts(draftKey).includes(this.field.value) ? "" : this.field.value;
    this.field.value = readSession(draftKey) || served;
    writeSession(draftKey, this.field.value);
    this.isServed = this.field.value === this.field.defaultValue;
    on(this.field, "input", () => this.#changed());
    on(this.field, "keydown", (event) => this.#keyPressed(event));
    on(form, "submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.#resize();
    if (!isTouchScreen()) this.focus();
  }

  /**
   * Dispatch the text, if it may be sent.
   * @param {boolean} [isSure] whether it was asked about
   */
  submit(isSure) {
    const text = normalize(this.field.value);
    if (!text && !this.uploads[0]) return this.field.focus();
    if (countCodePoints(text) > this.limit) return this.#changed();
    if (!isSure && /@all/i.test(text)) return this.dispatchEvent(new Event("all"));
    this.field.value = "";
    this.#changed();
    this.focus();
    this.dispatchEvent(new CustomEvent("message", { detail: { text, uploads: this.uploads, ...this.context } }));
  }

  /**
   * Write something else; what is written is kept, and there when its turn comes again.
   * @param {string} draftKey
   */
  switchTo(draftKey) {
    this.draftKey = draftKey;
    this.field.value = readSession(draftKey);
    this.#changed(false);
  }

  /** Whether an earlier page, or the address, says what the next message is for. */
  get hasContext() {
    return !element("composer-context").hidden || readSession(`${this.draftKey}:context`) !== "";
  }

  focus() {
    this.field.focus({ preventScroll: true });
  }

  /** @param {string} text that was written before, and follows what is here by now */
  restore(text) {
    this.field.value = [this.field.value, text].filter(Boolean).join("\n");
    this.#changed();
    this.focus();
  }

  /** @param {string} text a sentence, or nothing */
  showError(text) {
    setFieldError(this.field, text);
  }

  /** Nothing can be sent here any more; what was typed stays to be copied. */
  close() {
    this.field.readOnly = true;
    for (const button of this.form.querySelectorAll("button")) button.disabled = true;
  }

  /** @param {boolean} isTyped or put there */
  #changed(isTyped = true) {
    if (isTyped) this.changedAt = Date.now();
    this.#resize();
    const count = countCodePoints(normalize(this.field.value));
    this.showError(count > this.limit ? this.t("too_long", { count, max: this.limit }) : "");
    this.#showLeft(this.limit - count);
    writeSession(this.draftKey, this.field.value);
    this.dispatchEvent(new CustomEvent("typed", { detail: isTyped && this.field.value.trim() !== "" }));
  }

  #showLeft(count) {
    const isNear = count <= NEAR_LIMIT && count >= 0;
    const text = isNear ? this.t("left", { count }) : "";
    setText(this.counter, text);
    if (text) this.dispatchEvent(new CustomEvent("left", { detail: text }));
  }

  #keyPressed(event) {
    if (event.key === "ArrowUp" && !this.field.value) this.dispatchEvent(new Event("up"));
    // While an input method composes, Enter chooses a word; in Safari only the old key code shows it.
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    if (event.shiftKey || event.altKey || isTouchScreen()) return;
    event.preventDefault();
    this.submit();
  }

  #resize() {
    this.field.style.height = "auto";
    const border = this.field.offsetHeight - this.field.clientHeight;
    this.field.style.height = `${this.field.scrollHeight + border}px`;
  }
}

/** A text without the empty lines around it, and without halves of letters, which no server keeps. */
function normalize(text) {
  const trimmed = text.trimEnd().replace(/^\n+/, "");
  return trimmed.toWellFormed?.() ?? trimmed;
}

function isTouchScreen() {
  return matchMedia("(hover: none) and (pointer: coarse)").matches;
}
