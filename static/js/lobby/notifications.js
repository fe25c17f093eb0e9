/** Notifies of messages in all my rooms while nobody looks: by the system, by a sound, from one tab only. */

import { toast } from "../dialogs/toast.js";
import { get } from "../net/api.js";
import { excerpt } from "../lib/excerpt.js";
import { element, translator } from "../lib/page.js";
import { FOCUS_LOCK, isPageFocused } from "../lib/page_focus.js";
import { isEnabled, isNotifying, isSounding, isSupported } from "./notification_settings.js";
import { playSound } from "./notification_sound.js";
import { roomStore } from "./store.js";

/** In milliseconds: so long no other tab notifies of the same message. */
const LOCK_TIME = 60_000;
const MIN_SOUND_INTERVAL = 1_000;
/** What an edit mentions me in is news for so long. */
const MAX_AGE = 60 * 60_000;
const MAX_LENGTH = 160;

/** @typedef {import("./room_store.js").Room} Room */

/** @type {Set<Notification>} */
const shown = new Set();
let lastSoundAt = -Infinity;

addEventListener("focus", closeAll);

/**
 * Somebody else has posted something, mentions me, or has let me into a room.
 * @param {{room: Room, messageId: number, isMention: boolean}} news the last message, or 0
 */
export function notify({ room, messageId, isMention }) {
  const text = messageId ? "" : say("letIn", { name: room.name });
  if (text) toast(text);
  const isWanted = room.level === "all" || (room.level === "mentions" && isMention);
  if (!isWanted || !isSupported() || isPageFocused() || !isEnabled()) return;
  const tell = () => (isMention ? tellOfMention(room, messageId) : tellOf(room, messageId, text));
  const name = `notice-${room.id}-${messageId}${isMention ? "-mention" : ""}`;
  navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    if (!(await isAnyPageFocused())) tell().catch(() => {});
    // This tab alone notifies of the message, as long as the promise lasts.
    return new Promise((resolve) => setTimeout(resolve, LOCK_TIME));
  });
}

/** Whether somebody looks at some page of this browser. */
async function isAnyPageFocused() {
  const { held = [] } = await navigator.locks.query();
  return isPageFocused() || held.some((lock) => lock.name === FOCUS_LOCK);
}

function playThrottledSound() {
  if (performance.now() - lastSoundAt < MIN_SOUND_INTERVAL) return;
  lastSoundAt = performance.now();
  playSound();
}

/** @param {string} letIn what is said where I have been let in */
async function tellOf(room, messageId, letIn) {
  if (isSounding()) playThrottledSound();
  if (!isNotifying()) return;
  if (letIn) return show(room, letIn);
  const message = await fetchMessage(room, messageId);
  const author = authorOf(message);
  return show(room, room.partner ? author : `${author} · ${room.name}`, message);
}

/** An edit may have mentioned me, in a message of anybody's: it is looked at first. */
async function tellOfMention(room, messageId) {
  const message = await fetchMessage(room, messageId);
  const { user_id, timestamp, edited_at = timestamp } = message;
  const isMine = user_id === roomStore.userId || roomStore.blocked.has(user_id);
  if (isMine || Date.parse(edited_at) - Date.parse(timestamp) > MAX_AGE) return;
  if (isSounding()) playThrottledSound();
  if (!isNotifying()) return;
  const names = { author: authorOf(message), room: room.name };
  const title = room.partner ? names.author : say("mentioned", names);
  return show(room, title, message);
}

async function fetchMessage(room, messageId) {
  const path = `/api/rooms/${room.id}/messages?after=${messageId - 1}&limit=1`;
  return (await get(path)).messages[0];
}

/** A sentence of the page, its `%(name)s` filled. */
function say(name, values) {
  return translator(element("toast").dataset)(name, values);
}

function authorOf({ username, display_name }) {
  return display_name ? `${display_name} (@${username})` : username;
}

/** Chromium on Android has the class, and throws when it is used outside of a service worker. */
async function show(room, title, { message } = { message: "" }) {
  const notification = new Notification(title, {
    body: excerpt(message, MAX_LENGTH),
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
