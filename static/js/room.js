/** The room page: makes its parts and connects them. */

import { attend } from "./attention.js";
import { proveCompleteness } from "./completeness.js";
import { Composer } from "./composer.js";
import { Drafts } from "./drafts.js";
import { guide } from "./guide.js";
import { History } from "./history.js";
import { offerKeys } from "./keys.js";
import { lazily } from "./lazily.js";
import { Members } from "./members.js";
import { MenuOpener } from "./opener.js";
import { Outbox } from "./outbox.js";
import { element, part, roomData, speaker, toLogin } from "./page.js";
import { Panel } from "./panel.js";
import { Pill } from "./pill.js";
import { Pulse } from "./pulse.js";
import { Reader } from "./read.js";
import { Scroll } from "./scroll.js";
import { Connection } from "./socket.js";
import { typedKey } from "./storage.js";
import { Timeline } from "./timeline.js";
import { showTimes } from "./times.js";

/** What sorts itself out: what was missed is fetched, what came too fast is sent again. */
const SILENT = ["too_far_behind", "rate_limited"];

const data = roomData();
const say = speaker(data.texts);
let wasOnline = false;

showTimes(element("messages"));
const timeline = new Timeline(element("messages"), data, say);
const scroll = new Scroll(element("scroller"), timeline.list);
const history = new History(timeline, scroll, {
  room: data.room_id,
  head: data.head,
  older: element("older"),
  beginning: element("beginning"),
  newer: element("newer"),
  failed: say("older_failed"),
});
const connection = new Connection(data.user_id, address, `/api/rooms/${data.room_id}`);
const composer = new Composer(element("composer"), {
  limit: data.message_length,
  draftKey: typedKey(data.user_id, data.room_id),
  say,
});
const outbox = new Outbox(connection, timeline, new Drafts(data.user_id, data.room_id));
const reader = new Reader(connection, timeline, scroll, data.last_read);
// Reading "up to nothing" changes nothing, and is answered.
new Pulse(connection, () => connection.send({ type: "mark_read", message_id: 0 }));
const signal = lazily(
  () => import("./typing_signal.js"),
  ({ TypingSignal }) => new TypingSignal(connection),
);
const typists = lazily(
  () => import("./typing.js"),
  ({ TypingLine }) => new TypingLine(element("typing"), connection, say),
);
const members = new Members(element("members"), data, say);
const panel = new Panel(members, data, say);
attend({ connection, outbox, composer, data, say });
new Pill(element("to-newest"), history, { seen: data.last_read, say });
proveCompleteness(element("completeness"), history, connection, say);
const menu = new MenuOpener(timeline.list, data, say, (number) => {
  reader.hold(number);
  timeline.markUnread(number);
});
offerKeys(history, { open: (message) => menu.open(message), leave: () => composer.focus() });

/** @type {Record<string, (frame: any) => void>} */
const handlers = {
  ...panel.news,
  chat_message(frame) {
    show(frame);
    if (!members.knows(frame.user_id)) members.refresh();
  },
  message_sent: show,
  messages_read({ message_id, user_id }) {
    timeline.markRead(message_id, (author) => author !== user_id);
  },
  messages_marked_read({ message_id }) {
    reader.acknowledged(message_id);
    timeline.markRead(message_id, (author) => !isMe(author));
  },
  typing_indicator: (frame) => typists((it) => it.hear(frame)),
  user_status: ({ user_id, is_online }) => members.update(user_id, { is_online }),
  user_changed(frame) {
    const { user_id, display_name } = frame;
    if (isMe(user_id)) data.display_name = display_name;
    timeline.rename(frame);
    if (members.knows(user_id)) members.update(user_id, { display_name });
  },
  ready,
  error: refused,
};

on(connection, "frame", (frame) => {
  if (Object.hasOwn(handlers, frame.type)) handlers[frame.type](frame);
});
on(connection, "final", end);
on(history, "fetched", (messages) => {
  for (const { user_id, client_id } of messages) if (isMe(user_id)) outbox.stored(client_id);
});
on(composer, "typed", (hasText) => signal((it) => it.typed(hasText)));
on(composer, "message", (text) => {
  reader.release();
  outbox.submit(text);
  history.toNewest();
});

if (element("people").matches("[data-problem]")) import("./problem.js").catch(() => {});
guide(history, data);
outbox.resume();
connection.open();

/** @type {(target: EventTarget, name: string, act: (detail: any) => void) => void} */
function on(target, name, act) {
  target.addEventListener(name, (event) => act(event.detail));
}

/** Where to connect to: to what follows the newest message shown. */
function address() {
  return `/ws/chat/${data.room_id}/?read=manual&after=${history.head}`;
}

function show(frame) {
  const isFromOthers = frame.type === "chat_message" && !isMe(frame.user_id);
  if (!isFromOthers) outbox.stored(frame.client_id);
  history.receive(frame);
  reader.look();
}

/** The stream has caught up: now say again what got no answer. */
function ready(frame) {
  history.caughtUp(frame.revision);
  outbox.resume();
  reader.again();
  // Who came, went and read my messages while nobody told me.
  if (wasOnline || timeline.hasUnseen) {
    members.refresh().then(() => timeline.markRead(members.othersRead, isMe));
  }
  wasOnline = true;
}

/** @param {{code?: string, message: string, client_id?: string, retry_after?: number}} frame */
function refused({ code, message, client_id, retry_after }) {
  const key = `error_${code}`;
  const text = key in data.texts ? say(key) : message;
  if (client_id) outbox.refused(client_id, text, retry_after);
  else if (!SILENT.includes(code)) composer.complain(text);
}

function isMe(userId) {
  return userId === data.user_id;
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
