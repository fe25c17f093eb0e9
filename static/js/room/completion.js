/**
 * What the word before the caret may mean, in a list above the composer: people after "@", emoji after ":".
 * The composer stays a field of several lines, which has no role of a combobox: what is chosen is told by
 * `aria-activedescendant`, how much there is by a line of status.
 */

import { insertText } from "../lib/caret.js";
import { Listbox } from "../lib/listbox.js";
import { element, on, setText } from "../lib/page.js";
import { addStyleSheet } from "../lib/style_sheet.js";
import { EmojiSource } from "./emoji_source.js";
import { CODE } from "./mentions.js";
import { PeopleSource } from "./people_source.js";

/** More are found by typing more. */
const MAX_SHOWN = 6;
/** Before these no space is written. */
const PUNCTUATION = /[,.;:!?)\]}…»”]/;

/** @typedef {{start: number, typed: string, source: PeopleSource | EmojiSource}} Word */
/** @typedef {{text: string, option: HTMLElement}} Suggestion `text` is what is written for it */

export class Completion {
  /** @type {Word | undefined} that the list is about */
  #word;
  /** @type {Suggestion[]} */
  #suggestions = [];
  /** Where the word begins for which nothing is to be offered any more. */
  #closedAt = -1;

  /**
   * @param {import("./composer.js").Composer} composer
   * @param {import("./message_store.js").MessageStore} store
   * @param {import("./members.js").Members} members
   */
  constructor(composer, store, members) {
    Object.assign(this, { field: composer.field, id: `${composer.form.id}-suggestions`, t: members.t });
    this.sources = [new PeopleSource(store, members), new EmojiSource()];
    this.status = element("suggestions-status");
    this.isStyled = addStyleSheet(this.status.dataset.sheet ?? "");
    this.listbox = new Listbox(this.field, {
      id: this.id,
      label: this.t("suggestions_list"),
      accept: (index) => this.#accept(index),
      closed: () => this.#dismiss(),
    });
    // Before the composer, which sends with Enter, and what Escape leaves.
    const keys = (event) => event.target === this.field && this.listbox.keyPressed(event, ["Enter", "Tab"]);
    composer.form.addEventListener("keydown", keys, { capture: true });
    on(this.field, "input", (event) => this.#changed(event));
    on(this.field, "keyup click", () => this.listbox.isOpen && this.#offer());
    on(this.field, "blur", () => this.#close());
    on(composer, "message", () => this.#close());
    // What was typed while this was loaded.
    this.#changed({ inputType: "insertText" });
  }

  async #changed({ inputType = "" }) {
    // What is taken back, or pasted, is left as it is.
    if (!inputType.startsWith("insert") || inputType === "insertFromPaste") return this.#offer();
    const before = this.#before;
    for (const source of this.#isInCode ? [] : this.sources) {
      const whole = await source.whole(before);
      if (whole && before === this.#before) return this.#write(whole.start, whole.text);
    }
    return this.#offer();
  }

  /** What is written up to the caret. */
  get #before() {
    const { value, selectionStart, selectionEnd } = this.field;
    return selectionStart === selectionEnd ? value.slice(0, selectionStart) : "";
  }

  /** Whether the caret is within code, where a name is no mention. */
  get #isInCode() {
    const { value, selectionStart: at } = this.field;
    const isAround = ({ index, 0: code }) => index < at && at < index + code.length;
    // With a sign more: a block that is not closed yet goes on behind the caret.
    return [...`${value} `.matchAll(CODE)].some(isAround);
  }

  /** Offer what may be meant by the word at the caret. */
  async #offer() {
    const word = this.#find();
    if (word?.start !== this.#closedAt) this.#closedAt = -1;
    if (!word || word.start === this.#closedAt) return this.#close();
    const { start, typed, source } = word;
    if (this.listbox.isOpen && this.#word?.start === start && this.#word.typed === typed) return;
    this.#word = word;
    const found = await source.find(typed).catch(() => []);
    await this.isStyled;
    const isCurrent = this.#word === word && this.#find()?.typed === typed;
    if (isCurrent && this.field.matches(":focus")) this.#show(found.slice(0, MAX_SHOWN));
  }

  /** @returns {Word | undefined} */
  #find() {
    const before = this.#before;
    if (!/[@:]/.test(before) || this.#isInCode) return undefined;
    for (const source of this.sources) {
      const found = before.match(source.pattern);
      if (found) return { start: before.length - found[2].length, typed: found[2].slice(1), source };
    }
  }

  #show(suggestions) {
    this.#suggestions = suggestions;
    const count = suggestions.length;
    this.listbox.show(suggestions.map(({ option }) => option), 0);
    for (const [name, value] of [["autocomplete", "list"], ["controls", this.id]]) {
      if (count) this.field.setAttribute(`aria-${name}`, value);
      else this.field.removeAttribute(`aria-${name}`);
    }
    setText(this.status, count ? this.t("suggestions", { count }) : "");
  }

  #close() {
    this.#word = undefined;
    if (this.listbox.isOpen) this.#show([]);
  }

  #dismiss() {
    this.#closedAt = this.#word?.start ?? -1;
    this.#close();
  }

  #accept(index) {
    const { start } = /** @type {Word} */ (this.#word);
    const { text } = this.#suggestions[index];
    this.#close();
    this.#write(start, text);
  }

  /** Write a text in the place of what stands between `start` and the caret; it can be undone as what is typed. */
  #write(start, text) {
    const { field } = this;
    const end = field.selectionStart;
    const next = field.value[end] ?? "";
    // The space that follows already is the one after what is written.
    field.setSelectionRange(start, end + Number(text.endsWith(" ") && next === " "));
    insertText(field, PUNCTUATION.test(next) ? text.trimEnd() : text);
  }
}
