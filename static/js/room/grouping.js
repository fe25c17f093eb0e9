/** Day lines between messages, and which messages are grouped with their author's last one. */

import { cloneTemplate, element, query, queryAll } from "../lib/page.js";
import { dayTitle, localDay } from "../lib/times.js";

const { groupingSeconds, run } = element("messages").dataset;
const MAX_INTERVAL = 1_000 * Number(groupingSeconds);
/**
 * A long run of one author's messages names them again at ids that can be divided by this, unless it has just
 * begun. Few messages decide it, and none that may be loaded later: what is being read does not move.
 */
const RUN = Number(run);
const MIN_RUN = RUN / 2;
/** What stands in its place by itself: not the lines that belong to the message behind them. */
const FIXED = ".message, .event";

/**
 * Bring the day line and the group of one message up to date; with null, the end of the list.
 * @param {HTMLElement} list
 * @param {Element | null} item a message, or a line that belongs to the one after it
 */
export function regroup(list, item) {
  while (item && !item.matches(".message")) item = item.nextElementSibling;
  if (!item?.isConnected) return removeTrailingLines(list);
  drawDay(list, item);
  for (let next = item, count = 0; next && count < MIN_RUN; count += 1) {
    if (next === item || mayNameAgain(next)) setContinued(next);
    next = next.nextElementSibling;
  }
}

/** The day line before a message, where its day begins. */
function drawDay(list, item) {
  const day = localDay(moment(item));
  const lines = [];
  let before = item;
  while ((before = before.previousElementSibling) && !before.matches(".message")) lines.push(before);
  const isDue = !before || localDay(moment(before)) !== day;
  const there = isDue && lines.find((each) => each.dataset.day === day);
  for (const line of lines) if (line !== there && line.matches(".day")) line.remove();
  if (!isDue) return;
  const line = there || dayLine(day, moment(item));
  const first = firstOfDay(item, line);
  if (first !== line) list.insertBefore(line, first);
}

/** What has happened in the room on that day before the message stands below the day's line too. */
function firstOfDay(item, line) {
  const isOfDay = (each) => each.matches(".event") && localDay(moment(each)) === line.dataset.day;
  let first = firstOfGroup(item);
  for (let before; (before = first.previousElementSibling); first = before) {
    if (before !== line && !isOfDay(before)) break;
  }
  return first;
}

function setContinued(item) {
  let count = 0;
  for (let each = item; count < MIN_RUN && follows(each); each = each.previousElementSibling) count += 1;
  const isNamed = item.matches(".highlighted") || (count === MIN_RUN && mayNameAgain(item));
  item.classList.toggle("continued", count > 0 && !isNamed);
}

function mayNameAgain({ dataset }) {
  return dataset.messageId % RUN === 0;
}

/** @param {HTMLElement} list */
export function regroupAll(list) {
  for (const line of queryAll(list, ".day")) line.remove();
  for (const item of queryAll(list, ".message")) regroup(list, item);
  removeTrailingLines(list);
}

function removeTrailingLines(list) {
  while (list.lastElementChild && !list.lastElementChild.matches(`${FIXED}, .since`)) {
    list.lastElementChild.remove();
  }
}

/** Whether it comes closely after another message of its author, with no line between. */
function follows(item) {
  const before = item.previousElementSibling;
  if (!before?.matches(".message:not(.collapsed, [hidden])") || before.dataset.authorId !== item.dataset.authorId) return false;
  return Math.abs(moment(item).getTime() - moment(before).getTime()) < MAX_INTERVAL;
}

function moment(item) {
  return new Date(item.querySelector("time")?.dateTime ?? 0);
}

function dayLine(day, at) {
  const line = cloneTemplate("day-template");
  line.dataset.day = day;
  Object.assign(query(line, "time"), { dateTime: day, textContent: dayTitle(at) });
  return line;
}

/**
 * What comes after a message and what has happened behind it.
 * @param {Element} message
 */
export function following(message) {
  let next = message.nextElementSibling;
  while (next?.matches(".event, .day:has(+ .event)")) next = next.nextElementSibling;
  return next;
}

/**
 * The day line and the like that stand before a message belong to it; what has happened in the room, to the
 * message before.
 * @param {Element} message
 * @param {Element} [except]
 * @returns {Element}
 */
export function firstOfGroup(message, except) {
  let first = message;
  for (;;) {
    const before = first.previousElementSibling;
    if (!before || before === except || before.matches(FIXED)) return first;
    first = before;
  }
}
