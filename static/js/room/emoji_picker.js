/**
 * A small window to choose an emoji in: recent ones first, then all, or what is searched for; in a tone of
 * skin that is remembered.
 */

import { element, on, query, queryAll, setText } from "../lib/page.js";
import { addStyleSheet } from "../lib/style_sheet.js";
import { getPreference, setPreference } from "../lib/preferences.js";
import { showPopoverAt } from "../dialogs/popup.js";
import { findEmoji, loadEmoji } from "./emoji_data.js";
import { chooseTone, chosenTone, inTone, withoutTone } from "./emoji_tone.js";

const MAX_RECENT = 16;
const MAX_FOUND = 80;
const KEY = "recent-emoji";
/** In milliseconds: how much is found is said when somebody stops typing. */
const IDLE = 500;
const USUAL = ["👍", "❤️", "😂", "🎉", "😮", "🙏"];

export class EmojiPicker {
  /** @type {{name: string, emoji: import("./emoji_data.js").Emoji[]}[]} */
  #groups = [];
  #timer = 0;
  #choose = (/** @type {string} */ _emoji) => {};

  /** @param {import("../lib/types.js").Translate} t */
  constructor(t) {
    this.t = t;
    this.popup = element("emoji-picker");
    this.field = query(this.popup, "input");
    this.list = query(this.popup, ".emoji-list");
    this.status = query(this.popup, ".emoji-status");
    this.isStyled = addStyleSheet(this.popup.dataset.sheet ?? "");
    on(this.field, "input", () => this.#show());
    on(this.popup, "keydown", (event) => this.#keyPressed(event));
    on(this.list, "click", ({ target }) => this.#clicked(target));
    this.tones = queryAll(this.popup, "[name=tone]");
    on(this.popup, "change", ({ target }) => this.#toneChosen(target));
  }

  /**
   * @param {DOMRect} anchor
   * @param {(emoji: string) => void} choose
   */
  async open(anchor, choose) {
    await this.isStyled;
    this.#choose = choose;
    this.field.value = "";
    for (const tone of this.tones) tone.checked = tone.value === chosenTone();
    this.#show();
    showPopoverAt(this.popup, anchor);
    // On a phone the keyboard would cover what there is to choose.
    if (matchMedia("(hover: hover)").matches) this.field.focus();
    else this.#buttons[0].focus();
    loadEmoji().then(
      (groups) => {
        this.#groups = groups;
        this.#show();
      },
      () => (this.status.textContent = this.t("no_connection")),
    );
  }

  #show() {
    const text = this.field.value.trim();
    const all = this.#groups.flatMap(({ emoji }) => emoji);
    const found = text ? findEmoji(all, text).slice(0, MAX_FOUND) : [];
    const recent = { name: this.t("emoji_recent"), emoji: recents().map((emoji) => named(all, emoji)) };
    const sections = text ? [{ name: "", emoji: found }] : [recent, ...this.#groups];
    const focused = document.activeElement?.closest(".emoji-choice")?.value;
    this.list.replaceChildren(...sections.map(section));
    this.#showCount(text && all.length ? this.t(found.length ? "emoji_found" : "emoji_none", { count: found.length }) : "");
    const [first] = this.#buttons;
    if (first) first.tabIndex = 0;
    // What is loaded meanwhile takes nobody's focus.
    if (focused) this.#buttons.find(({ value }) => value === focused)?.focus();
  }

  #showCount(count) {
    clearTimeout(this.#timer);
    if (!count) setText(this.status, "");
    else this.#timer = setTimeout(() => setText(this.status, count), IDLE);
  }

  get #buttons() {
    return queryAll(this.list, ".emoji-choice");
  }

  #clicked(target) {
    const button = target.closest(".emoji-choice");
    if (button) this.#accept(button.value);
  }

  #toneChosen({ name, value }) {
    if (name !== "tone") return;
    chooseTone(value);
    this.#show();
  }

  #accept(emoji) {
    const recent = [emoji, ...recents().filter((each) => each !== emoji)];
    setPreference(KEY, JSON.stringify(recent.slice(0, MAX_RECENT)));
    this.popup.hidePopover();
    this.#choose(emoji);
  }

  #keyPressed(event) {
    if (this.tones.includes(event.target)) return;
    const buttons = this.#buttons;
    const here = buttons.indexOf(event.target);
    const { key } = event;
    if (here < 0) {
      if (key === "ArrowDown" && buttons.length) this.#focus(buttons[0]);
      else if (key === "Enter" && buttons.length && !event.isComposing) this.#accept(buttons[0].value);
      else return;
    } else if (key.length === 1 && key !== " " && !event.ctrlKey && !event.metaKey) return this.field.focus();
    else if (key === "ArrowUp" && isInFirstRow(buttons, here)) this.field.focus();
    else {
      const next = target(key, buttons, here);
      if (next === undefined) return;
      this.#focus(buttons.at(next));
    }
    event.preventDefault();
  }

  #focus(button) {
    for (const each of queryAll(this.list, "[tabindex='0']")) each.tabIndex = -1;
    button.tabIndex = 0;
    button.focus();
  }
}

/** Where a key leads to, in the order of the buttons. */
function target(key, buttons, here) {
  const steps = { ArrowLeft: -1, ArrowRight: 1 };
  if (key in steps) return Math.max(0, Math.min(here + steps[key], buttons.length - 1));
  if (key === "Home") return 0;
  if (key === "End") return -1;
  if (key === "ArrowDown") return inNextRow(buttons, here, 1);
  if (key === "ArrowUp") return inNextRow(buttons, here, -1);
}

/** The one below or above, or the nearest to it. */
function inNextRow(buttons, here, step) {
  const { offsetLeft, offsetTop } = buttons[here];
  let row = here;
  while (buttons[row]?.offsetTop === offsetTop) row += step;
  if (!buttons[row]) return here;
  const top = buttons[row].offsetTop;
  const distance = (place) => Math.abs(buttons[place].offsetLeft - offsetLeft);
  let best = row;
  for (; buttons[row]?.offsetTop === top; row += step) if (distance(row) < distance(best)) best = row;
  return best;
}

function isInFirstRow(buttons, here) {
  return buttons[here].offsetTop === buttons[0].offsetTop;
}

function section({ name, emoji }) {
  const part = document.createElement("section");
  part.className = "emoji-group";
  if (name) part.append(Object.assign(document.createElement("h3"), { textContent: name }));
  part.append(...emoji.map(choice));
  return part;
}

function choice(emoji) {
  const button = document.createElement("button");
  const [sign, { name }] = [inTone(emoji), emoji];
  Object.assign(button, { type: "button", className: "emoji-choice", value: sign, textContent: sign });
  Object.assign(button, { title: name, ariaLabel: name, tabIndex: -1 });
  return button;
}

/** One that was chosen before, in the tone that it had. */
function named(all, emoji) {
  const { name } = all.find((each) => withoutTone(each.emoji) === withoutTone(emoji)) ?? { name: emoji };
  return { emoji, name };
}

/** @returns {string[]} */
function recents() {
  try {
    return JSON.parse(getPreference(KEY)) ?? USUAL;
  } catch {
    return USUAL;
  }
}
