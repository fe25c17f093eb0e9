/** Tells of messages in all my rooms that come while nobody looks: by the system, by a sound, from one tab only. */

import { get } from "./api.js";
import { excerpt } from "./excerpt.js";
import { isLooking, LOCK } from "./looking.js";
import { isShowing, isSounding, ring } from "./notices.js";
import { shownName } from "./text.js";

/** In milliseconds: so long no other tab tells of the same, and so rarely there is a sound. */
const HOLD = 60_000;
const REST = 1_000;
const LENGTH = 160;

/** @type {Set<Notification>} */
const shown = new Set();
let rangAt = -Infinity;

addEventListener("focus", closeAll);

/**
 * Somebody else has said something.
 * @param {import("./rooms.js").Room} room
 * @param {number} number that of the last message
 */
export function heard(room, number) {
  const tell = (/** @type {Lock | null} */ lock) => lock && tellOf(room, number);
  navigator.locks.request(`notice-${room.id}-${number}`, { ifAvailable: true }, tell);
}

/** It is this tab's to tell, as long as the promise lasts. */
async function tellOf(room, number) {
  if (!(await isLookingAnywhere())) {
    if (isSounding()) ringRarely();
    if (isShowing()) show(room, number).catch(() => {});
  }
  return new Promise((resolve) => setTimeout(resolve, HOLD));
}

/** Whether somebody looks at some page of this browser. */
async function isLookingAnywhere() {
  const { held = [] } = await navigator.locks.query();
  return isLooking() || held.some((lock) => lock.name === LOCK);
}

function ringRarely() {
  if (performance.now() - rangAt < REST) return;
  rangAt = performance.now();
  ring();
}

/** Chromium on Android has the class, and throws when it is used outside of a service worker. */
async function show(room, number) {
  const path = `/api/rooms/${room.id}/messages?after=${number - 1}&limit=1`;
  const answer = await get(path);
  const message = answer.messages[0];
  const author = shownName(message);
  const title = room.partner ? author : `${author} · ${room.name}`;
  const notification = new Notification(title, {
    body: excerpt(message.message, LENGTH),
    lang: document.documentElement.lang,
    // A room has one notification, the latest. The sound is ours to make, or not.
    tag: `room-${room.id}`,
    silent: true,
  });
  notification.addEventListener("click", () => open(room));
  shown.add(notification);
}

function open(room) {
  window.focus();
  closeAll();
  const path = `/rooms/${room.id}/`;
  if (location.pathname !== path) location.assign(path);
}

function closeAll() {
  for (const notification of shown) notification.close();
  shown.clear();
}
