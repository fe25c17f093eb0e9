/** Runs of deleted messages are folded to a line, which opens them; blueprints/pages/deleted_runs.py does the same. */

import { cloneTemplate, query, queryAll, setText } from "../lib/page.js";
import { regroup } from "./grouping.js";

const MIN_RUN = 3;
const LINE = ".deleted-run";
/** A run with one of these is not folded: somebody has opened it, was led there, or is there. */
const KEPT_OPEN = ".unfolded, .highlighted, :focus-within";

/**
 * Keep the list of messages folded, whatever comes to it and goes.
 * @param {any} history a History, or what is like one
 * @param {import("../lib/types.js").Translate} t
 * @returns {() => void} to be called when a message was deleted
 */
export function keepFolded(history, t) {
  const { timeline, scroll } = history;
  const { list } = timeline;
  const update = () => {
    if (list.querySelector(`.deleted, ${LINE}`)) scroll.preserve(() => fold(list, t), history.isPinned);
  };
  new MutationObserver(update).observe(list, { childList: true });
  update();
  let isQueued = false;
  return () => {
    if (isQueued) return;
    isQueued = true;
    queueMicrotask(() => {
      isQueued = false;
      update();
    });
  };
}

/**
 * Open a run, or fold it again. Its line stays where it is on the screen.
 * @param {HTMLElement} line
 * @param {HTMLElement} box what is scrolled
 */
export function toggle(line, box) {
  const { top } = line.getBoundingClientRect();
  setOpen(line, query(line, "a").ariaExpanded === "false");
  box.scrollTop += line.getBoundingClientRect().top - top;
}

/** @param {Element} item a message that is folded */
export function reveal(item) {
  let line = item;
  while (line.previousElementSibling && !line.matches(LINE)) line = line.previousElementSibling;
  if (line.matches(LINE)) setOpen(line, true);
}

function setOpen(line, isOpen) {
  query(line, "a").ariaExpanded = String(isOpen);
  let item = line.nextElementSibling;
  for (; item?.matches(".message.deleted"); item = item.nextElementSibling) {
    item.classList.toggle("unfolded", isOpen);
    item.classList.toggle("collapsed", !isOpen);
    if (!isOpen) item.classList.remove("highlighted");
  }
  regroup(line.parentElement, item);
}

function fold(list, t) {
  const runs = runsOf(list);
  const lines = runs.map((run) => showLine(run, t));
  for (const line of queryAll(list, LINE)) if (!lines.includes(line)) line.remove();
  const collapsed = new Set(runs.filter(isFolded).flat());
  const items = queryAll(list, ".message");
  const changed = items.filter((item) => item.matches(".collapsed") !== collapsed.has(item));
  for (const item of changed) item.classList.toggle("collapsed");
  for (const item of changed) for (const each of [item, item.nextElementSibling]) if (each) regroup(list, each);
}

/** Deleted messages with nothing between them but the line of such a run. */
function runsOf(list) {
  const runs = [[]];
  for (const item of list.children) {
    if (item.matches(".message.deleted")) runs.at(-1)?.push(item);
    else if (!item.matches(LINE)) runs.push([]);
  }
  return runs.filter((run) => run.length >= MIN_RUN);
}

function isFolded(run) {
  return !run.some((item) => item.matches(KEPT_OPEN));
}

function showLine(run, t) {
  const [first] = run;
  const before = first.previousElementSibling;
  const line = before?.matches(LINE) ? before : cloneTemplate("deleted-run-template");
  if (line !== before) first.before(line);
  const link = query(line, "a");
  setText(link, t("deleted_run", { count: run.length }));
  link.setAttribute("href", link.getAttribute("href").replace(/\d+$/, first.dataset.messageId));
  link.ariaExpanded = String(!isFolded(run));
  return line;
}
