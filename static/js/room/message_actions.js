/** What the items of a message's menu and its tools do. */

import { get } from "../net/api.js";
import { send } from "../net/send.js";
import { element, query } from "../lib/page.js";
import { copy } from "../lib/clipboard.js";
import { copyAsConversation } from "./copy_selection.js";
import { toast } from "../dialogs/toast.js";
import { lazy } from "../lib/lazy.js";
import { regroup } from "./grouping.js";
import { showReaders, showReactions } from "./people_popup.js";

/** In milliseconds. */
const UNDO_TIME = 10_000;

/**
 * @param {{
 *   data: import("../lib/types.js").RoomData,
 *   history: import("./history.js").History,
 *   store: import("./message_store.js").MessageStore,
 *   connection: import("../net/socket.js").Connection,
 *   outbox: import("./outbox.js").Outbox,
 *   members: import("./members.js").Members,
 *   commands: (use: (it: import("./commands.js").Commands) => void) => void,
 *   context: (use: (it: import("./composer_context.js").ComposerContext) => void) => void,
 *   timeline: import("./timeline.js").Timeline,
 *   jumps: (use: (it: import("./jump_buttons.js").JumpButtons) => void) => void,
 *   readTracker: import("./read_tracker.js").ReadTracker,
 *   t: import("../lib/types.js").Translate,
 *   triggers: (use: (it: import("./menu_triggers.js").MessageMenuTriggers) => any) => Promise<any>,
 *   thread?: import("./thread_pane.js").ThreadPane,
 * }} room
 * @returns {Record<string, (message: HTMLElement) => void>} by the items' names
 */
export function messageActions(room) {
  const { data, commands, context, readTracker, t } = room;
  const { room_id } = data;
  const path = `/api/rooms/${room_id}`;
  const failed = () => toast();
  const picker = lazy(
    () => import("./emoji_picker.js"),
    ({ EmojiPicker }) => new EmojiPicker(t),
    failed,
  );
  const pane = lazy(
    () => import("./thread_pane.js"),
    (it) => new it.ThreadPane(room),
    failed,
  );
  const card = lazy(
    () => import("./person_card.js"),
    (it) => new it.PersonCard(room),
    failed,
  );
  /** In the timeline, or in the pane of a thread. */
  const stored = (message) => (message.closest(".thread") ? room.thread : room).store.get(messageId(message));
  const say = (text) => copy(text).then(() => toast(t("copied")), failed);
  const change = (command, delay = 0) => commands((it) => it.change(command, delay));
  copyAsConversation(element("messages"));
  return {
    react: (message) =>
      picker((it) =>
        it.open(query(message, ".bubble").getBoundingClientRect(), (emoji) =>
          change({ type: "react", message_id: messageId(message), emoji, is_on: true }),
        ),
      ),
    showReactions: (message) =>
      get(`${path}/messages/${messageId(message)}/reactions`).then(
        ({ reactions }) => showReactions(query(message, ".reactions"), reactions, t),
        failed,
      ),
    showVersions: (message) =>
      import("./versions_popup.js")
        .then((it) => {
          const versions = `${path}/messages/${messageId(message)}`;
          return it.showVersions(query(message, ".meta"), versions, stored(message).message, t);
        })
        .catch(failed),
    showThread: (message) => pane((it) => it.open(messageId(message))).catch(failed),
    reply: (message) =>
      message.closest(".thread") ? room.thread.replyTo(stored(message)) : context((it) => it.reply(stored(message))),
    edit(message) {
      context((it) => it.edit(stored(message)));
      room.thread?.uncover();
    },
    copyText: (message) => say(source(message, stored(message), `${path}/messages`)),
    selectText,
    copyLink: (message) => say(`${location.origin}/rooms/${room_id}/?at=${messageId(message)}`),
    pin: (message) => change(pinning(message, true)),
    unpin: (message) => change(pinning(message, false)),
    showPerson: (name) => card((it) => it.open(name)),
    report: (message) => location.assign(`/rooms/${room_id}/messages/${messageId(message)}/report`),
    removeFiles: (message) => location.assign(`/rooms/${room_id}/messages/${messageId(message)}#files`),
    markUnread: (message) =>
      send("POST", `${path}/unread`, { message_id: messageId(message) }).then(() => {
        const read = messageId(message) - 1;
        Object.assign(readTracker, { isPaused: true, sent: read, confirmed: read });
        drawUnreadLine(room.timeline, messageId(message));
        room.jumps((it) => it.restart());
      }, failed),
    showReaders: (message) =>
      get(`${path}/messages/${messageId(message)}/readers`).then(
        (answer) => showReaders(query(message, ".meta"), answer, t),
        failed,
      ),
    delete(message) {
      change({ type: "delete_message", message_id: messageId(message) }, UNDO_TIME);
      query(message, ".post").focus({ preventScroll: true });
      toast(t("undo_deletion"));
    },
  };
}

/** Where a long touch opens the menu it selects nothing, until all of a message has been selected by that menu. */
function selectText(message) {
  const selection = /** @type {Selection} */ (getSelection());
  message.classList.add("selectable");
  selection.selectAllChildren(query(message, ".text"));
  const changed = () => {
    if (!selection.isCollapsed) return;
    message.classList.remove("selectable");
    document.removeEventListener("selectionchange", changed);
  };
  document.addEventListener("selectionchange", changed);
}

/**
 * What was written. Of what others had written when the page was made, only the HTML is there.
 * @param {HTMLElement} message
 * @param {import("../lib/types.js").Message | undefined} known
 * @param {string} path of the messages in the API
 */
function source(message, known, path) {
  const text = query(message, ".text");
  if (!text.matches(".rich")) return text.textContent ?? "";
  if (known && known.message !== text.textContent) return known.message;
  const asShown = () => text.innerText;
  return get(`${path}/${messageId(message)}`).then((it) => it.message, asShown);
}

function pinning(message, is_pinned) {
  return { type: "pin_message", message_id: messageId(message), is_pinned };
}

function messageId(message) {
  return Number(message.dataset.messageId);
}

/** The line "new since your last visit" above this message: drawn again when the message is loaded again. */
function drawUnreadLine(timeline, messageId) {
  const next = timeline.unreadLine.nextElementSibling;
  timeline.unreadLine.remove();
  regroup(timeline.list, next);
  timeline.firstUnread = messageId;
  timeline.drawUnreadLine(timeline.store.get(messageId));
}
