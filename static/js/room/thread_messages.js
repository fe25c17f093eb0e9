/** The messages of one thread: fetched in pages, in step with the room, with those of mine that are on their way. */

import { roomStore } from "../lobby/store.js";
import { get } from "../net/api.js";
import { on, query, setText } from "../lib/page.js";
import { displayName } from "../lib/text.js";
import { fullName } from "./ambiguous_names.js";
import { BlockedMessages } from "./blocked_messages.js";
import { MessageDetails } from "./message_details.js";
import { MessageStore } from "./message_store.js";
import { renameAuthor } from "./room_changes.js";
import { Timeline } from "./timeline.js";

/** As many as the server gives unasked. */
const PAGE = 50;

/** What is like a History for those who show messages and move among them. */
export class ThreadMessages extends EventTarget {
  isPinned = false;
  /** What is shown may be older than the thread, after a break. */
  #isOutdated = false;

  /**
   * @param {HTMLElement} dialog
   * @param {{root: any, messages: any[]}} thread as the server has answered
   * @param {any} room see message_actions.js
   * @param {AbortSignal} signal when the pane is closed
   */
  constructor(dialog, thread, room, signal) {
    super();
    const { data, connection, outbox, members, t } = room;
    const { message_id: rootId } = thread.root;
    // Where the reader does not see its first message, it begins with the first reply that they do.
    Object.assign(this, { room, rootId, threadId: thread.root.thread ?? rootId });
    this.path = `/api/rooms/${data.room_id}/messages/${this.rootId}/thread`;
    const box = query(dialog, ".scroller");
    this.scroll = Object.assign(new EventTarget(), { box, lastSeen: 0, preserve: (change) => change() });
    this.store = new MessageStore({ ...data, revision: 0, change: 0 });
    this.timeline = new Timeline(query(dialog, "ol"), this.store, { ...data, first_unread: null }, t);
    this.details = new MessageDetails(this, members, t);
    this.blocked = new BlockedMessages(this.timeline, members);
    on(this.store, "add content", ({ detail }) => this.#shown(detail));
    this.#showPage(thread, thread.messages.length);
    this.details.setCommands(outbox.commands);
    for (const message of room.store.all) this.#mirror(message);
    const listen = (target, name, act) => target.addEventListener(name, (event) => act(event.detail), { signal });
    listen(connection, "frame", (frame) => this.receive(frame));
    listen(roomStore, "blocks", () => this.blocked.update());
    listen(outbox, "commands", (list) => this.details.setCommands(list));
    listen(room.store, "add", (message) => this.#mirror(message));
    listen(room.store, "state", (message) => this.#mirror(message));
    listen(room.store, "remove", (list) => list.forEach((each) => this.store.removePending(each.client_id)));
    on(this.timeline.list, "click", (event) => this.#clicked(event));
  }

  /** What a reply is to: the thread's first message; where that is gone, the last that is not. */
  get firstThere() {
    const there = this.store.all.filter((each) => each.message_id && !each.is_deleted);
    return there.find((each) => each.message_id === this.rootId) ?? there.at(-1);
  }

  /** The End key. */
  async jumpToLatest() {
    this.scroll.box.scrollTop = 0;
  }

  #showPage({ root, messages }, count) {
    for (const message of [root, ...messages]) this.store.put(message);
    this.older?.remove();
    if (count === PAGE) this.#offerOlder(messages[0].message_id);
  }

  #offerOlder(before) {
    const [line, button] = ["li", "button"].map((tag) => document.createElement(tag));
    Object.assign(button, { type: "button", className: "link-button" });
    button.textContent = this.room.t("earlier_replies");
    on(button, "click", () =>
      get(`${this.path}?before=${before}`).then(
        (thread) => this.#showPage(thread, thread.messages.length),
        () => setText(button, this.room.t("older_failed")),
      ),
    );
    line.className = "event";
    line.append(button);
    this.timeline.element(this.store.get(this.rootId)).after(line);
    this.older = line;
  }

  /** @param {any} frame of the room */
  receive(frame) {
    const { type, message_id, user_id } = frame;
    if (type === "chat_message" && frame.thread === this.threadId) this.store.put(frame);
    else if (type === "message_changed") this.details.changed(frame, false);
    else if (type === "messages_removed") this.#removed(frame);
    else if (type === "reaction") this.details.reacted(frame, false);
    else if (type === "messages_read") this.store.markRead(message_id, (author) => author !== user_id);
    else if (type === "user_changed") renameAuthor(this.store, frame);
    // The room has resumed, or has not: the pane is asked for either way.
    else if (type === "error" && frame.code === "too_far_behind") this.#isOutdated = true;
    else if (type === "ready" && this.#isOutdated) this.#reload();
  }

  /** What the room shows too is told of one by one. */
  #removed(frame) {
    const { store, t } = this.room;
    import("./removed_messages.js").then((it) => {
      const found = it.deletions(frame, this.store, t).filter(({ message_id }) => !store.get(message_id));
      for (const each of found) this.details.changed(each, false);
    }, () => {});
  }

  async #reload() {
    this.#isOutdated = false;
    const thread = await get(this.path).catch(() => undefined);
    // The next time that the room has resumed.
    if (!thread) return (this.#isOutdated = true);
    const last = thread.messages.at(-1)?.message_id ?? this.rootId;
    const since = this.store.all.filter(({ message_id }) => message_id > last);
    // What lies between this page and what was shown before may be more than is shown; and is fetched when asked for.
    this.store.clear();
    this.#showPage(thread, thread.messages.length);
    for (const message of since) this.store.put(message);
  }

  /** What I have written is on its way from here, too. */
  #mirror({ message_id, reply_to, client_id, message, timestamp, number, failure }) {
    if (message_id || !reply_to || !this.store.get(reply_to.message_id)) return;
    this.store.putPending({ client_id, text: message, at: timestamp, number, failure, reply_to });
  }

  /** Where the room shows it too, it has its id there. */
  #shown(message) {
    const item = this.timeline.element(message);
    item.removeAttribute("id");
    const names = { ...message, display_name: message.display_name ?? "" };
    setText(query(item, ".handle"), fullName(names).slice(displayName(names).length).trim());
  }

  #clicked({ target }) {
    const { action } = target.closest("[data-action]")?.dataset ?? {};
    if (action) this.room.outbox[action](target.closest(".message").dataset.clientId);
  }
}
