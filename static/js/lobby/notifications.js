/** Notifies of messages in all my rooms while nobody looks: by the system, by a sound, from one tab only. */

import { toast } from "../dialogs/toast.js";
import { get } from "../net/api.js";
import { excerpt, words } from "../lib/excerpt.js";
import { element, on, translator } from "../lib/page.js";
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

/**
 * @typedef {object} Shown
 * @property {Notification} notification
 * @property {Room} room
 * @property {any} message that it tells of, as of then; or its text alone
 */

/** @type {Map<number, Shown>} by room: each has one, the latest */
const shown = new Map();
let lastSoundAt = -Infinity;

addEventListener("focus", closeAll);
on(roomStore, "frame", ({ detail }) => follow(detail));

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
    if (!(await isAnyPageFocused())) tellUnlessBusy(tell).catch(() => {});
    // This tab alone notifies of the message, as long as the promise lasts.
    return new Promise((resolve) => setTimeout(resolve, LOCK_TIME));
  });
}

/** Whether somebody looks at some page of this browser. */
async function isAnyPageFocused() {
  const { held = [] } = await navigator.locks.query();
  return isPageFocused() || held.some((lock) => lock.name === FOCUS_LOCK);
}

/** Asked for now: "do not disturb" is chosen on any device, perhaps while this one slept. */
async function tellUnlessBusy(tell) {
  const { presence } = await get("/api/profile");
  if (presence !== "dnd") await tell();
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
  if (letIn) return show(room, { message: "" }, letIn);
  const message = await fetchMessage(room, messageId);
  if (isWorthIt(room, message)) show(room, message);
}

/** An edit may have mentioned me, in a message of anybody's: it is looked at first. */
async function tellOfMention(room, messageId) {
  const message = await fetchMessage(room, messageId);
  const { user_id, timestamp, edited_at = timestamp } = message;
  const isMine = user_id === roomStore.userId || roomStore.blocked.has(user_id);
  if (isMine || !isWorthIt(room, message) || Date.parse(edited_at) - Date.parse(timestamp) > MAX_AGE) return;
  if (isSounding()) playThrottledSound();
  if (isNotifying()) show(room, message);
}

function fetchMessage(room, messageId) {
  return get(`/api/rooms/${room.id}/messages/${messageId}`);
}

/** A sentence of the page, its `%(name)s` filled. */
function say(name, values) {
  return translator(element("toast").dataset)(name, values);
}

function titleOf(room, message) {
  const { username, display_name: name } = message;
  const author = name ? `${name} (@${username})` : username;
  if (room.partner) return author;
  return isForMe(message) ? say("mentioned", { author, room: room.name }) : `${author} · ${room.name}`;
}

/** Where mentions alone are told of, what mentions me no more is not. */
function isWorthIt(room, message) {
  return !message.is_deleted && (room.level !== "mentions" || isForMe(message));
}

function isForMe({ mentions = [], mentions_all: isForAll }) {
  return isForAll || mentions.includes(roomStore.userId);
}

/** Chromium on Android has the class, and throws when it is used outside of a service worker. */
function show(room, message, title = titleOf(room, message)) {
  const notification = new Notification(title, {
    body: excerpt(words(message), MAX_LENGTH),
    lang: document.documentElement.lang,
    // A room has one notification, the latest. The sound is ours to make, or not.
    tag: `room-${room.id}`,
    silent: true,
  });
  shown.set(room.id, { notification, room, message });
  on(notification, "click", () => open(room));
  // What has been put away is not shown again.
  on(notification, "close", () => shown.get(room.id)?.notification === notification && shown.delete(room.id));
}

/**
 * What is shown goes with its message, and says what that says now. Of a room's latest message the lobby tells that
 * it was edited; of many that are deleted at once, that the room looks different, as it does for other reasons.
 * @param {any} frame of the lobby
 */
function follow({ type, room, room_id = room?.id, removed = [], last_message: last = room?.last_message }) {
  // Nobody tells of what was done while there was no connection.
  if (type === "ready") return shown.forEach(check);
  const it = shown.get(room_id);
  if (!it?.message.message_id) return;
  const { message_id, change } = it.message;
  // The latest that is left is an earlier one, as of a moment when this one had been posted.
  const isGone = room?.revision >= message_id && !(last?.message_id >= message_id);
  if (isGone || removed.includes(message_id)) close(it);
  else if (last?.message_id === message_id ? last.change > change : type === "room_changed") check(it);
}

/** @param {Shown} it */
async function check(it) {
  const { room, message } = it;
  if (!message.message_id) return;
  // Where nothing answers it may still be there.
  const isGone = ({ status }) => [404, 410].includes(status);
  const asked = fetchMessage(room, message.message_id);
  const now = await asked.catch((problem) => ({ ...message, is_deleted: isGone(problem) }));
  if (shown.get(room.id) !== it) return;
  if (!isWorthIt(room, now)) close(it);
  else if (now.message !== message.message) show(room, now);
  else it.message = now;
}

function open(room) {
  window.focus();
  closeAll();
  const path = `/rooms/${room.id}/`;
  if (location.pathname !== path) location.assign(path);
}

/** @param {Shown} it */
function close({ notification, room }) {
  notification.close();
  shown.delete(room.id);
}

function closeAll() {
  shown.forEach(close);
}
