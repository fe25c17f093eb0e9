/** Times in the reader's own time zone and language. The server writes UTC into the page. */

import { queryAll } from "./page.js";

const language = regional(document.documentElement.lang);
/** The choice in the profile; without one the language decides. */
const hourCycle = { 24: "h23", 12: "h12" }[document.documentElement.dataset.hours ?? ""];
const usual = new Intl.DateTimeFormat(language, { hour: "numeric" }).resolvedOptions().hourCycle;
/** "9:05 AM", but "09:05". */
const hour = (hourCycle ?? usual) === "h12" ? "numeric" : "2-digit";
const clock = new Intl.DateTimeFormat(language, { hour, minute: "2-digit", hourCycle });
const full = new Intl.DateTimeFormat(language, {
  dateStyle: "long",
  timeStyle: "short",
  hourCycle,
});
const dayOfYear = new Intl.DateTimeFormat(language, { day: "numeric", month: "long" });
const dayOfAnyYear = new Intl.DateTimeFormat(language, { dateStyle: "long" });
const shortDay = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
/** @type {Record<string, (at: Date, now?: string) => string>} */
const FORMATS = { short: shortTime, moment, ago };
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/**
 * Write a time into its `<time data-format="clock|short|moment|ago">`.
 * @param {any} target
 * @param {string} [timestamp] what it says now, unless given
 */
export function showTime(target, timestamp = target.dateTime) {
  if (!timestamp) return;
  const at = new Date(timestamp);
  target.dateTime = timestamp;
  target.title = full.format(at);
  target.textContent = (FORMATS[target.dataset.format] ?? clock.format)(at, target.dataset.now);
}

/** @param {ParentNode} root where all times are to be shown */
export function showTimes(root) {
  for (const target of queryAll(root, "time[data-format]")) showTime(target);
}

/**
 * The day of a moment here, as 2026-11-23.
 * @param {Date} at
 */
export function localDay(at) {
  const month = String(at.getMonth() + 1).padStart(2, "0");
  return `${at.getFullYear()}-${month}-${String(at.getDate()).padStart(2, "0")}`;
}

/**
 * A day as a heading: today, yesterday, 23 November.
 * @param {Date} at
 */
export function dayTitle(at) {
  const days = daysAgo(at);
  if (days === 0 || days === 1) return capital(relative.format(-days, "day"));
  return (at.getFullYear() === new Date().getFullYear() ? dayOfYear : dayOfAnyYear).format(at);
}

/**
 * How long ago, in words: 5 min ago, today, 9:20, yesterday, 14:05, 3 Nov, 9:20.
 * @param {Date} at
 * @param {string} [justNow] the words for less than a minute
 */
export function ago(at, justNow) {
  const minutes = Math.floor((Date.now() - at.getTime()) / MINUTE);
  if (minutes < 1) return justNow;
  // Without the dot of an abbreviation, which Russian minutes do not have.
  if (minutes < 60) return relative.format(-minutes, "minute").replace(".", "");
  const days = daysAgo(at);
  return days < 2 ? `${relative.format(-days, "day")}, ${clock.format(at)}` : moment(at);
}

function moment(at) {
  return `${shortDay.format(at)}, ${clock.format(at)}`;
}

function shortTime(at) {
  return daysAgo(at) === 0 ? clock.format(at) : shortDay.format(at);
}

function daysAgo(at) {
  const midnight = (/** @type {Date} */ day) =>
    new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
  return Math.round((midnight(new Date()) - midnight(at)) / DAY);
}

function capital(text) {
  return text.slice(0, 1).toLocaleUpperCase(language) + text.slice(1);
}

/** The reader's own kind of the page's language: English of London tells time otherwise than New York's. */
function regional(pageLanguage) {
  return navigator.languages.find((own) => own.split("-")[0] === pageLanguage) ?? pageLanguage;
}
