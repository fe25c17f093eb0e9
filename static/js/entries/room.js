/** The room page: creates its components and connects them. */

import { setUpNotices } from "../room/notices.js";
import { ChangeStream } from "../room/change_stream.js";
import { Composer } from "../room/composer.js";
import { OutboxStorage } from "../net/outbox_storage.js";
import { keepDraft } from "../room/draft_triggers.js";
import { setInitialPosition } from "../room/initial_position.js";
import { History } from "../room/history.js";
import { enableJumps } from "../room/jumps.js";
import { enableKeyboardNavigation } from "../room/keyboard_navigation.js";
import { lazy } from "../lib/lazy.js";
import { Members } from "../room/members.js";
import { MessageStore } from "../room/message_store.js";
import { messageTriggers } from "../room/message_triggers.js";
import { Outbox } from "../room/outbox.js";
import { element, roomData, translator, redirectToLogin } from "../lib/page.js";
import { Panel } from "../room/panel.js";
import { ReadTracker } from "../room/read_tracker.js";
import { ScrollPosition } from "../room/scroll_position.js";
import { Connection } from "../net/socket.js";
import { draftKey } from "../lib/storage.js";
import { Timeline } from "../room/timeline.js";
import { showTimes } from "../lib/times.js";
import { watchChanges, watchCompleteness, watchNames } from "../room/watches.js";
import { toast } from "../dialogs/toast.js";

/** Errors that are mended without the user: what was missed is fetched, what came too fast is sent again. */
const SILENT = ["too_far_behind", "rate_limited"];

const data = roomData();
const t = translator(data.texts);
let wasOnline = false;

showTimes(document);
const store = new MessageStore(data);
const timeline = new Timeline(element("messages"), store, data, t);
const scroll = new ScrollPosition(element("scroller"), timeline);
const history = new History(store, timeline, scroll, {
  room: data.room_id,
  limits: data.limits,
  older: element("older"),
  beginning: element("beginning"),
  newer: element("newer"),
  failed: t("older_failed"),
});
const details = lazy(
  () => import("../room/message_details.js"),
  (it) => new it.MessageDetails(history, members, t, data.last_read),
  // What it would have shown is fetched, and shown with what comes later.
  () => reload(),
);
const pins = lazy(
  () => import("../room/pins.js"),
  (it) => new it.Pins(data),
);
timeline.detailsNeeded = () => details(() => {});
const stream = new ChangeStream(store);
const socketPath = () => `/ws/chat/${data.room_id}/?read=manual&${stream.query}`;
// Marking as read up to 0 changes nothing, and is answered.
const connection = new Connection(data.user_id, socketPath, { type: "mark_read", message_id: 0 }, `/api/rooms/${data.room_id}`);
connection.accept = (frame) => stream.accept(frame, connection.isOnline);
const composer = new Composer(element("composer"), {
  limit: data.limits.message_length,
  draftKey: draftKey(data.user_id, data.room_id),
  t,
});
const outbox = new Outbox(connection, store, timeline.list, new OutboxStorage(data.user_id, data.room_id));
const context = lazy(
  () => import("../room/composer_context.js"),
  (it) => new it.ComposerContext(composer, history, outbox, t),
);
const unsent = lazy(
  () => import("../room/unsent_edits.js"),
  (it) => new it.UnsentEdits(outbox, composer, t),
);
const commands = lazy(
  () => import("../room/commands.js"),
  (it) =>
    new it.Commands(outbox, (list) => {
      details((it) => it.setCommands(list));
      unsent((it) => it.show(list));
    }),
);
const readTracker = new ReadTracker(connection, store, scroll, data.last_read);
const typingSignal = lazy(
  () => import("../room/typing_signal.js"),
  (it) => new it.TypingSignal(connection, data.limits.typing_timeout_seconds),
);
const typingIndicator = lazy(
  () => import("../room/typing_indicator.js"),
  (it) => new it.TypingIndicator(element("typing"), connection, data.limits.typing_timeout_seconds, t),
);
const members = new Members(element("members"), data, t);
const help = lazy(
  () => import("../room/composer_help.js"),
  (it) => new it.ComposerHelp(composer, store, members),
  toast,
);
on(composer, "all", () => help((it) => it.sendToAll()));
const files = lazy(
  () => import("../room/file_sources.js"),
  (it) => it.enableFiles(room, composer),
  toast,
);
// Without scripts it leads to a page: here to none, which `false` says, also while what chooses files is on its way.
element("attach").onclick = () => !files((it) => it.pick());
const panel = new Panel(timeline, members, data, t);
setUpNotices({ connection, outbox, composer, data, t });
const room = { data, history, store, timeline, connection, outbox, commands, members, context, readTracker, t };
watchNames(room);
watchChanges(room);
const beginComparing = watchCompleteness(room);
const triggers = (room.triggers = messageTriggers(timeline.list, room));
enableJumps(room);
enableKeyboardNavigation(history, { open: (message) => triggers((it) => it.open(message)), leave: () => composer.focus() });

const roomChanges = lazy(
  () => import("../room/room_changes.js"),
  (it) => new it.RoomChanges(history, panel, stream, t, outbox),
);
/** A live one comes behind the room's latest message, whatever is posted until this is loaded. */
const roomChanged = (frame, after = connection.isOnline ? store.revision : undefined) =>
  roomChanges((it) => it.receive(frame, after));
history.prepare = () => Promise.all([roomChanges, details].map((each) => each(() => {})));
if (timeline.list.querySelector(Array(4).fill("[data-thread]").join("+"))) details(() => {});
on(history, "events", (events) => roomChanges((it) => it.show(events)));

/** @type {Record<string, (frame: any) => void>} */
const handlers = {
  chat_message(frame) {
    show(frame);
    if (!members.has(frame.user_id)) members.refresh();
  },
  message_sent: show,
  done: (frame) => commands((it) => it.done(frame)),
  message_changed(frame) {
    details((it) => it.changed(frame, history.isPinned));
    const wasPinned = element("pins").querySelector(`[data-message-id="${frame.message_id}"]`);
    if (frame.is_pinned || wasPinned) pins((it) => it.changed(frame));
  },
  reaction: (frame) => details((it) => it.reacted(frame, history.isPinned)),
  messages_read: ({ message_id, user_id }) => store.markRead(message_id, (author) => author !== user_id),
  messages_marked_read({ message_id }) {
    readTracker.acknowledged(message_id);
    store.markRead(message_id, (author) => !isMe(author));
  },
  typing_indicator: (frame) => typingIndicator((it) => it.receive(frame)),
  user_status: ({ user_id, is_online, presence }) => members.update(user_id, { is_online, presence }),
  user_changed: (frame) => roomChanges((it) => it.rename(frame)),
  room_archived: () => location.reload(), // The server shows who may write.
  ready,
  error: refused,
};

for (const type of "member_joined member_left member_role room_renamed room_rules messages_removed expired".split(" ")) handlers[type] = roomChanged;
on(connection, "frame", (frame) => {
  if (Object.hasOwn(handlers, frame.type)) handlers[frame.type](frame);
});
on(connection, "final", end);
on(history, "fetched", (messages) => {
  for (const { user_id, client_id } of messages) if (isMe(user_id)) outbox.stored(client_id);
});
on(composer, "typed", (hasText) => typingSignal((it) => it.typed(hasText)));
on(composer, "message", async ({ text, reply_to, edit, uploads }) => {
  // What the page has been opened with may not have been loaded yet.
  if (!reply_to && !edit && composer.hasContext) reply_to = await context(() => composer.context.reply_to);
  if (reply_to || edit) context((it) => it.leave());
  if (edit) {
    const { message_id, base } = edit;
    return commands((it) => it.change({ type: "edit_message", message_id, message: text, base }));
  }
  readTracker.resume();
  outbox.submit(text, reply_to, uploads);
  history.jumpToLatest();
});
on(outbox, "discarded", (text) => composer.restore(text));
on(composer, "up", () => context((it) => it.editLast()));
on(outbox, "waiting", () => outbox.all.some((it) => it.uploads) && files(() => {}));
on(outbox, "commands", (list) => commands((it) => it.show(list)));
if (composer.hasContext) context(() => {});
const loadDrafts = keepDraft(composer, data, connection, context, store);
/** Loaded with the first sign that somebody is here: without a network it could not be. */
const preload = () => {
  for (const each of [commands, context, details, unsent, help, files, room.jumps, outbox.failures]) each(() => {});
  loadDrafts();
  beginComparing();
  triggers((it) => it.menu(() => {}));
};
for (const sign of ["keydown", "pointerdown", "pointermove"]) document.addEventListener(sign, preload, { once: true });

if (element("people").matches("[data-problem]")) import("../room/invitation_problem.js").catch(() => {});
const since = document.getElementById("since");
if (since) import("../room/since_you_left.js").then((it) => it.enhance(since, store), () => {});
setInitialPosition(history, data);
outbox.resume();
connection.open();

/** @type {(target: EventTarget, name: string, act: (detail: any) => void) => void} */
function on(target, name, act) {
  target.addEventListener(name, (event) => act(event.detail));
}

function show(frame) {
  if (frame.type !== "chat_message" || isMe(frame.user_id)) outbox.stored(frame.client_id);
  if (frame.thread) details((it) => it.replied(frame));
  history.receive(frame, connection.isOnline);
  readTracker.check();
}

/** The stream has caught up: now send again what got no answer. */
function ready(frame) {
  const isComplete = stream.caughtUp(frame);
  history.caughtUp(frame.revision);
  outbox.resume();
  readTracker.reconnected();
  if (!isComplete) reload();
  // Presence and read marks have no numbers: they are not resumed.
  if (wasOnline || !isComplete || readTracker.hasUnread) {
    members.refresh().then(() => store.markRead(members.othersRead, isMe));
  }
  if (wasOnline) beginComparing();
  wasOnline = true;
}

function reload() {
  history.pages((it) => it.reload()).catch(() => {});
  pins((it) => it.fetch());
}

/** @param {{code?: string, message: string, client_id?: string, retry_after?: number}} frame */
function refused(frame) {
  const { code, message, client_id } = frame;
  const key = `error_${code}`;
  const text = key in data.texts ? t(key) : message;
  if (client_id) outbox.failures((it) => it.refused(frame, text) && toast(text));
  else if (!SILENT.includes(code)) composer.showError(text);
}

function isMe(userId) {
  return userId === data.user_id;
}

function end(code) {
  if (code === 4401) return redirectToLogin();
  composer.close();
  import("../room/closed_notice.js").then((it) => it.showClosedNotice(code, outbox, t), () => {});
}
