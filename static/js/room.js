/** The room page: makes its parts and connects them. */

import { ApiError, get } from "./api.js";
import { attend } from "./attention.js";
import { Composer } from "./composer.js";
import { Drafts } from "./drafts.js";
import { History } from "./history.js";
import { Members } from "./members.js";
import { Outbox } from "./outbox.js";
import { element, part, parts, roomData, speaker, toLogin } from "./page.js";
import { Panel } from "./panel.js";
import { Pulse } from "./pulse.js";
import { Reader } from "./read.js";
import { Scroll } from "./scroll.js";
import { Connection } from "./socket.js";
import { typedKey } from "./storage.js";
import { shownName } from "./text.js";
import { Timeline } from "./timeline.js";
import { showTimes } from "./times.js";
import { countInTab } from "./title.js";
import { TypingLine, TypingSignal } from "./typing.js";
import "./rooms.js";

const LATEST = 50;

const data = roomData();
const say = speaker(data.texts);
let cursor = data.after;
let wasOnline = false;
let news = 0;

showTimes(element("messages"));
const timeline = new Timeline(element("messages"), data, say);
const scroll = new Scroll(element("scroller"), element("to-newest"));
const connection = new Connection(address, diagnose);
const composer = new Composer(element("composer"), {
  limit: data.message_length,
  draftKey: typedKey(data.user_id, data.room_id),
  say,
});
const outbox = new Outbox(connection, timeline, new Drafts(data.user_id, data.room_id));
const reader = new Reader(connection, timeline, scroll, data.last_read);
// Reading "up to nothing" changes nothing, and is answered.
new Pulse(connection, () => connection.send({ type: "mark_read", message_id: 0 }));
const signal = new TypingSignal((frame) => connection.send(frame));
const typists = new TypingLine(element("typing"), say);
const members = new Members(element("members"), data, say);
const panel = new Panel(members, data, say);
attend({ connection, outbox, composer, data, say });
new History(document.getElementById("older"), element("beginning"), timeline, {
  room: data.room_id,
  box: scroll.box,
  failed: say("older_failed"),
});

/** @type {Record<string, (frame: any) => void>} */
const handlers = {
  ...panel.news,
  chat_message(frame) {
    cursor = Math.max(cursor, frame.message_id);
    typists.stop(frame.user_id);
    show(frame);
    if (!members.knows(frame.user_id)) members.refresh();
  },
  message_sent: show,
  messages_read(frame) {
    timeline.markRead(frame.message_id, (author) => author !== frame.user_id);
  },
  messages_marked_read(frame) {
    reader.acknowledged(frame.message_id);
    timeline.markRead(frame.message_id, (author) => !isMe(author));
  },
  typing_indicator(frame) {
    if (frame.is_typing) typists.start(frame.user_id, shownName(frame));
    else typists.stop(frame.user_id);
  },
  user_status(frame) {
    if (!frame.is_online) typists.stop(frame.user_id);
    members.update(frame.user_id, { is_online: frame.is_online });
  },
  user_changed(frame) {
    if (isMe(frame.user_id)) data.display_name = frame.display_name;
    timeline.rename(frame);
    members.refresh();
  },
  ready,
  error: refused,
};

on(connection, "frame", (frame) => {
  if (Object.hasOwn(handlers, frame.type)) handlers[frame.type](frame);
});
on(connection, "state", forgetTypists);
on(connection, "final", end);
on(composer, "typed", (hasText) => signal.typed(hasText));
on(composer, "message", (text) => {
  signal.stop();
  document.querySelector(".unread-line")?.remove();
  outbox.submit(text);
  scroll.toNewest();
});

addEventListener("focus", showNews);
document.addEventListener("visibilitychange", showNews);
openPeopleWithProblem();
outbox.resume().then(() => parts(document, ".unread-line").forEach((line) => scroll.reveal(line)));
connection.open();

/** @type {(target: EventTarget, name: string, act: (detail: any) => void) => void} */
function on(target, name, act) {
  target.addEventListener(name, (event) => act(event.detail));
}

/** Where to connect to: to what follows the newest message shown. */
function address() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${location.host}/ws/chat/${data.room_id}/?read=manual&after=${cursor}`;
}

function show(frame) {
  const isFromOthers = frame.type === "chat_message" && !isMe(frame.user_id);
  if (!isFromOthers) outbox.stored(frame.client_id);
  scroll.keeping(() => timeline.add(frame) && isFromOthers);
  if (isFromOthers && !reader.isLooking) news += 1;
  showNews();
  reader.look();
}

/** The stream has caught up: now say again what got no answer. */
function ready(frame) {
  // Somebody else has logged in since, in another tab: nothing of mine is theirs.
  if (!isMe(frame.user_id)) return connection.finish(4401);
  document.getElementById("newest")?.remove();
  outbox.resume();
  reader.again();
  if (wasOnline) members.refresh();
  if (timeline.hasUnseen) catchUpOnReading();
  wasOnline = true;
}

/** @param {{code?: string, message: string, client_id?: string, retry_after?: number}} frame */
function refused({ code, message, client_id, retry_after }) {
  const key = `error_${code}`;
  const text = key in data.texts ? say(key) : message;
  if (client_id) outbox.refused(client_id, text, retry_after);
  else if (code === "too_far_behind") startOver();
  else if (code !== "rate_limited") composer.complain(text);
}

function isMe(userId) {
  return userId === data.user_id;
}

/** Who read my messages while nobody told me. */
async function catchUpOnReading() {
  const path = `/api/rooms/${data.room_id}/messages?limit=${LATEST}`;
  const { messages } = await get(path).catch(() => ({ messages: [] }));
  for (const message of messages) {
    if (isMe(message.user_id) && message.is_read) timeline.markRead(message.message_id, isMe);
  }
}

/** Too much was missed to be sent again: show the latest, and let the rest be scrolled to. */
function startOver() {
  location.replace(location.pathname);
}

/** Nobody says any more who types, and nobody hears it. */
function forgetTypists() {
  if (connection.isOnline) return;
  typists.clear();
  signal.forget();
}

/** How much came in while nobody looked, in the title of the tab. */
function showNews() {
  if (reader.isLooking) news = 0;
  countInTab(news);
}

/** The final close code that fits a handshake that was refused, or 0 to try again. */
async function diagnose() {
  try {
    await get(`/api/rooms/${data.room_id}`);
    return 0;
  } catch (problem) {
    const status = problem instanceof ApiError ? problem.status : 0;
    return [401, 403, 404].includes(status) ? 4000 + status : 0;
  }
}

function end(code) {
  if (code === 4401) return toLogin();
  const key = { 4403: "removed", 4404: "deleted" }[code] ?? "closed";
  const notice = element("notice");
  part(notice, ".notice-text").textContent = say(key);
  outbox.giveUp(say(key));
  notice.hidden = false;
  composer.close();
}

function openPeopleWithProblem() {
  const panel = element("people");
  if (!panel.matches("[data-problem]")) return;
  panel.removeAttribute("data-problem");
  if (getComputedStyle(panel).display === "none") panel.showPopover();
}
