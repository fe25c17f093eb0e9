/** What the page watches for; what answers it is loaded when it comes. */

import { lazy } from "../lib/lazy.js";
import { element, on } from "../lib/page.js";

/** In milliseconds: then the page is compared with the server at the latest, and from then on again and again. */
const FIRST_CHECK = 45_000;
const SEEN = ["message_changed", "reaction"];

/**
 * Usernames are unique: only where somebody has a display name can two look alike.
 * @param {any} room see message_actions.js
 */
export function watchNames({ timeline, members, history }) {
  const names = lazy(
    () => import("./ambiguous_names.js"),
    (it) => new it.AmbiguousNames(timeline, members),
  );
  const mark = (people) => people.some((each) => each.display_name) && names(() => {});
  members.changed = mark;
  mark(members.all);
  on(history, "fetched", ({ detail }) => mark(detail));
}

/**
 * What others do to messages is seen, and the server is to know.
 * @param {any} room
 */
export function watchChanges({ data, connection, history, readTracker }) {
  const seen = lazy(
    () => import("./seen_tracker.js"),
    (it) => new it.SeenTracker(connection, history, readTracker),
  );
  if (!data.is_seen) seen(() => {});
  on(connection, "frame", ({ detail }) => SEEN.includes(detail.type) && seen((it) => it.heard(detail)));
}

/**
 * A frame that was lost or altered is not seen otherwise than by comparing.
 * @param {any} room
 * @returns {() => void} begins now
 */
export function watchCompleteness({ connection, history, t }) {
  const completeness = lazy(
    () => import("./completeness.js"),
    (it) => new it.Completeness(element("completeness"), { history, connection, t }),
  );
  const begin = () => completeness(() => {});
  setTimeout(begin, FIRST_CHECK);
  return begin;
}
