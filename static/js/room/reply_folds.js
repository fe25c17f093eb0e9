/** Folds runs of replies that have been read: a line says whose they are and opens them, the last one stays shown. */

import { element, on, query, queryAll, setText } from "../lib/page.js";
import { fullName } from "./ambiguous_names.js";
import { listed } from "./event_lines.js";
import { regroup } from "./grouping.js";
import { LINES, findRuns, idOf } from "./reply_runs.js";

const LINE = ".reply-run";
/** Somebody was led there. */
const ASKED = ".highlighted, :target";
/** Somebody is there, or has something under way there. */
const KEPT = ":focus-within, .deleting, :not([data-state=sent])";

export class ReplyFolds {
  /** @type {Set<number>} the ids of messages that stay shown while the page lives */
  #opened = new Set();
  /** What has been on the page: none of it is taken out of sight. */
  #known = new WeakSet();
  #isQueued = false;

  /**
   * @param {any} history a History
   * @param {number} lastRead the last message that may be folded
   * @param {import("../lib/types.js").Translate} t
   * @param {boolean} isOpening whether the page has just been opened, and nobody reads it yet
   */
  constructor(history, lastRead, t, isOpening) {
    const { timeline, store, scroll } = history;
    Object.assign(this, { history, timeline, lastRead, t, list: timeline.list, box: scroll.box });
    if (!isOpening) this.#know();
    on(this.list, "click", ({ target }) => {
      const line = target.closest(LINE);
      if (line && target.closest("button")) this.#toggle(line);
    });
    on(this.list, "beforematch", ({ target }) => this.#reveal(target));
    // Somebody who has another name has it in many messages.
    on(store, "author", () => this.#queue());
    new MutationObserver(() => this.#update()).observe(this.list, { childList: true });
    this.#update();
  }

  get #runs() {
    const { firstUnread } = this.timeline;
    const lastRead = firstUnread ? Math.min(this.lastRead, firstUnread - 1) : this.lastRead;
    return findRuns(this.list, lastRead, this.#opened);
  }

  #isOpen(run) {
    return this.#opened.has(idOf(run[0]));
  }

  #queue() {
    if (this.#isQueued) return;
    this.#isQueued = true;
    queueMicrotask(() => {
      this.#isQueued = false;
      this.#update();
    });
  }

  /** Something has come or gone. */
  #update() {
    if (!this.list.querySelector(`[data-thread], ${LINE}`)) return this.#know();
    for (const run of this.#runs) if (!this.#isOpen(run)) this.#keepShown(run);
    this.#fold((change) => this.#hold(change));
    this.#know();
  }

  /** What was asked for is shown with its whole run; what is being read, with what is behind it. */
  #keepShown(run) {
    const folded = run.slice(0, -1);
    const isAsked = folded.some((item) => !item.hidden && item.matches(ASKED));
    const first = isAsked ? 0 : folded.findIndex((item) => this.#isKept(item));
    if (first >= 0) this.#setOpen(run.slice(first), true);
  }

  #isKept(item) {
    if (item.hidden) return false;
    const isEdited = element("composer-context").dataset.edits === item.dataset.messageId;
    return item.matches(KEPT) || isEdited || isSelected(item) || (this.#known.has(item) && this.#isInView(item));
  }

  #isInView(item) {
    const [{ top, bottom }, box] = [item, this.box].map((each) => each.getBoundingClientRect());
    return item.isConnected && bottom > box.top && top < box.bottom;
  }

  #know() {
    for (const item of queryAll(this.list, ".message")) this.#known.add(item);
  }

  #setOpen(run, isOpen) {
    for (const item of run) this.#opened[isOpen ? "add" : "delete"](idOf(item));
  }

  /** Change the list without moving what the page was opened at, or else what is being read. */
  #hold(change) {
    const { timeline, scroll, isPinned } = this.history;
    const marks = [this.list.querySelector(".highlighted"), timeline.unreadLine];
    const mark = marks.find((each) => each && !each.hidden && this.#isInView(each));
    if (mark) this.#stay([mark], change);
    else scroll.preserve(change, isPinned);
  }

  /** The first of these that is there afterwards stays where it is. */
  #stay(items, change) {
    const tops = items.map((item) => item.getBoundingClientRect().top);
    change();
    const place = items.findIndex((item) => item.isConnected);
    this.box.scrollTop += items[place].getBoundingClientRect().top - tops[place];
  }

  #toggle(line) {
    const run = this.#runs.find((each) => lineOf(each) === line);
    if (!run) return;
    const last = run.at(-1);
    this.#setOpen(run, !this.#isOpen(run));
    this.#fold((change) => this.#stay([line, last], change));
    // What had the focus may be hidden now; and not every browser gives it to what is pressed.
    const shown = this.#runs.find((each) => each.includes(last));
    query(lineOf(shown), "button").focus({ preventScroll: true });
  }

  #reveal(item) {
    const run = this.#runs.find((each) => between(each).includes(item));
    if (!run || this.#isOpen(run)) return;
    this.#setOpen(run, true);
    this.#fold((change) => change());
  }

  /**
   * Show and hide what is to be.
   * @param {(change: () => void) => void} hold called where something moves, with what moves it
   */
  #fold(hold) {
    const runs = this.#runs;
    const lines = runs.map(lineOf);
    const stale = queryAll(this.list, LINE).filter((line) => !lines.includes(line));
    const hidden = new Set(runs.filter((run) => !this.#isOpen(run)).flatMap(between));
    const changed = queryAll(this.list, ".message, .deleted-run").filter((item) => !!item.hidden !== hidden.has(item));
    const change = () => {
      for (const line of stale) line.remove();
      runs.forEach(placeLine);
      for (const item of changed) setHidden(item, hidden.has(item));
      for (const item of changed) for (const each of [item, item.nextElementSibling]) if (each) regroup(this.list, each);
    };
    const isMoved = stale.length > 0 || changed.length > 0 || !runs.every(isLinePlaced);
    if (isMoved) hold(change);
    for (const run of runs) this.#describe(run);
    if (isMoved) this.history.dispatchEvent(new Event("changed"));
  }

  #describe(run) {
    const button = query(lineOf(run), "button");
    button.ariaExpanded = String(this.#isOpen(run));
    const folded = run.slice(0, -1).map((item) => this.history.store.get(idOf(item)));
    const people = new Map(folded.map((message) => [message.user_id, fullName(message)]));
    setText(button, this.t("replies_by", { count: folded.length, names: listed([...people.values()], this.t) }));
  }
}

function setHidden(item, isHidden) {
  // The browser's search finds what is hidden so, and has it shown; to a screen reader it would be an empty item.
  for (const [name, value] of [["hidden", "until-found"], ["aria-hidden", "true"]]) {
    if (isHidden) item.setAttribute(name, value);
    else item.removeAttribute(name);
  }
}

function isLinePlaced(run) {
  const line = lineOf(run);
  return line?.nextElementSibling === firstLine(run[0], line);
}

function placeLine(run) {
  if (isLinePlaced(run)) return;
  const line = lineOf(run) ?? newLine();
  const hasFocus = line.contains(document.activeElement);
  firstLine(run[0], line).before(line);
  if (hasFocus) query(line, "button").focus({ preventScroll: true });
}

/** All that is before the last reply of a run: also the lines above what was deleted. */
function between(run) {
  const [start, end] = [firstLine(run[0]), run.at(-1)];
  const items = [];
  for (let item = start; item !== end; item = item.nextElementSibling) if (!item.matches(LINE)) items.push(item);
  return items;
}

function newLine() {
  const [line, button] = [document.createElement("li"), document.createElement("button")];
  line.className = "reply-run";
  button.className = "link-button";
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  line.append(button);
  return line;
}

/** The line of a run, also where older replies have come above it. */
function lineOf(run) {
  const [start, end] = [run[0].previousElementSibling, run.at(-1)];
  for (let item = start; item?.matches(LINES); item = item.previousElementSibling) if (item.matches(LINE)) return item;
  for (let item = run[0]; item !== end; item = item.nextElementSibling) if (item.matches(LINE)) return item;
}

/** The first of the lines right above a message, except one. */
function firstLine(item, except) {
  let first = item;
  for (let each = item; (each = each.previousElementSibling)?.matches(LINES); ) if (each !== except) first = each;
  return first;
}

function isSelected(item) {
  const selection = getSelection();
  return selection && !selection.isCollapsed && selection.containsNode(item, true);
}
