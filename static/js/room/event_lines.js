/** Who has come and gone in the room, and the like, in quiet lines; blueprints/pages/event_lines.py writes the same. */

import { displayName } from "../lib/text.js";
import { showTime } from "../lib/times.js";

/** @typedef {import("../lib/types.js").RoomEvent} RoomEvent */

/** More lines in one place are folded. */
const MAX_LINES = 3;
/** Of more people than these, two are named. */
const MAX_NAMES = 3;
/** @type {Record<string, string>} the keys of the texts, of one person's line */
const ONE = {
  joined: "event_joined",
  added: "event_added",
  left: "event_left",
  removed: "event_removed",
  owner: "event_owner",
  member: "event_member",
  role: "event_role",
  renamed: "event_renamed",
  archived: "event_archived",
  unarchived: "event_unarchived",
  slowed: "event_slowed",
  unslowed: "event_unslowed",
  owners_write: "event_owners_write",
  members_write: "event_members_write",
};
/** @type {Record<string, string>} of what is told of several people at once */
const SEVERAL = { joined: "events_joined", left: "events_left", removed: "events_removed" };

/**
 * @param {RoomEvent[]} run all that stands behind one message
 * @param {import("../lib/types.js").Translate} t
 * @returns {HTMLElement[]}
 */
export function eventLines(run, t) {
  const groups = groupsOf(run);
  if (groups.length > MAX_LINES) return [folded(groups, run.length, t)];
  return groups.map((group) => made("li", "event", made("p", "", ...line(group, t))));
}

function groupsOf(run) {
  /** @type {RoomEvent[][]} */
  const groups = [];
  for (const event of run) {
    const last = groups.at(-1);
    if (last && last[0].what === event.what && event.what in SEVERAL) last.push(event);
    else groups.push([event]);
  }
  return groups;
}

function folded(groups, count, t) {
  const lines = groups.map((group) => made("li", "", ...line(group, t)));
  const details = made("details", "", made("summary", "", t("events", { count })), made("ul", "", ...lines));
  return made("li", "event", details);
}

function line(group, t) {
  const text = made("span", "", sentence(group, t));
  text.dir = "auto";
  const time = document.createElement("time");
  time.dataset.format = "moment";
  showTime(time, group.at(-1).timestamp);
  return [text, " ", time];
}

function sentence(group, t) {
  const [{ what, person, actor, text }] = group;
  if (text) return text;
  const names = group.map((event) => nameOf(event.person, t));
  if (names.length > 1) return t(SEVERAL[what], { names: joined(names, t) });
  const key = what === "joined" && actor?.id !== person?.id ? "added" : what;
  return t(ONE[key], { name: names[0], actor: nameOf(actor, t) });
}

/**
 * @param {string[]} names of people
 * @param {import("../lib/types.js").Translate} t
 */
export function listed(names, t) {
  return names.length > 1 ? joined(names.map(isolated), t) : isolated(names[0]);
}

function joined(names, t) {
  if (names.length > MAX_NAMES) {
    const count = names.length - MAX_NAMES + 1;
    return t("event_more_names", { names: names.slice(0, MAX_NAMES - 1).join(", "), count });
  }
  return t("event_last_name", { names: names.slice(0, -1).join(", "), last: names.at(-1) });
}

function nameOf(person, t) {
  return person ? isolated(displayName(person)) : t("event_somebody");
}

/** A name that is written from the right leaves the sentence as it is. */
function isolated(name) {
  return `\u2068${name}\u2069`;
}

function made(tag, className, ...content) {
  const item = document.createElement(tag);
  if (className) item.className = className;
  item.append(...content);
  return item;
}
