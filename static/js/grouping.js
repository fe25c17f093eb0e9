/** Day lines between messages, and which messages continue their author's last one. */

import { parts } from "./page.js";
import { dayTitle, localDay } from "./times.js";

const GROUPING = 5 * 60_000;

/**
 * Put right what stands before one message; with null, what stands at the end without one.
 * @param {HTMLElement} list
 * @param {Element | null} item a message, or a line that belongs to the one after it
 */
export function settle(list, item) {
  while (item && !item.matches(".message")) item = item.nextElementSibling;
  if (!item?.isConnected) return trim(list);
  const before = preceding(item);
  const day = localDay(moment(item));
  const startsDay = !before.message || localDay(moment(before.message)) !== day;
  const shown = before.lines.filter((line) => line.matches(".day"));
  const fits = startsDay && shown.length === 1 && shown[0].getAttribute("data-day") === day;
  if (!fits) {
    for (const line of shown) line.remove();
    const first = before.lines.filter((line) => line.isConnected).at(-1) ?? item;
    if (startsDay) list.insertBefore(dayLine(day, moment(item)), first);
  }
  const isUnread = before.lines.some((line) => line.matches(".unread-line"));
  item.classList.toggle("continued", !startsDay && !isUnread && continues(before.message, item));
}

/** @param {HTMLElement} list */
export function settleAll(list) {
  for (const line of parts(list, ".day")) line.remove();
  for (const item of parts(list, ".message")) settle(list, item);
  trim(list);
}

function trim(list) {
  while (list.lastElementChild && !list.lastElementChild.matches(".message")) {
    list.lastElementChild.remove();
  }
}

/** The message before, and the lines between. */
function preceding(item) {
  const lines = [];
  let before = item.previousElementSibling;
  for (; before && !before.matches(".message"); before = before.previousElementSibling) {
    lines.push(before);
  }
  return { message: before, lines };
}

function continues(before, item) {
  if (before?.dataset.authorId !== item.dataset.authorId || !before) return false;
  return Math.abs(moment(item).getTime() - moment(before).getTime()) < GROUPING;
}

function moment(item) {
  return new Date(item.querySelector("time")?.dateTime ?? 0);
}

function dayLine(day, at) {
  const line = document.createElement("li");
  line.className = "day";
  line.dataset.day = day;
  const time = document.createElement("time");
  const heading = document.createElement("h2");
  heading.append(Object.assign(time, { dateTime: day, textContent: dayTitle(at) }));
  line.append(heading);
  return line;
}

/**
 * The day line and the like that stand before a message belong to it.
 * @param {Element} message
 * @param {Element} except
 * @returns {Element}
 */
export function firstOfGroup(message, except) {
  let first = message;
  for (;;) {
    const before = first.previousElementSibling;
    if (!before || before === except || before.matches(".message")) return first;
    first = before;
  }
}
