/** What is done about changes of the room that are no messages: the panel is told, and a line is drawn. */

import { get } from "../net/api.js";
import { on, queryAll } from "../lib/page.js";
import { eventLines } from "./event_lines.js";
import { regroup } from "./grouping.js";
import { authorOf } from "./message_fields.js";
import { showWritingRules } from "./writing_rules.js";

/** @typedef {import("../lib/types.js").RoomEvent} RoomEvent */

/** In one place; what was before is not shown. As many as the server gives. */
const MAX_EVENTS = 50;
/** Messages in one answer: the most that the server gives. */
const MAX_LIMIT = 100;
/** In milliseconds: what comes together is fetched together. */
const FETCH_DELAY = 200;

export class RoomChanges {
  /** @type {Map<number, RoomEvent[]>} by the message that they stand behind, as far as they are known */
  #runs = new Map();
  /** @type {Map<number, Element[]>} by the same, what is in the list */
  #lines = new Map();
  /** The message behind which something is to be fetched, while it is. */
  #behind = Infinity;

  /**
   * @param {import("./history.js").History} history
   * @param {import("./panel.js").Panel} panel
   * @param {import("./change_stream.js").ChangeStream} stream
   * @param {import("../lib/types.js").Translate} t
   * @param {import("./outbox.js").Outbox} outbox
   */
  constructor(history, panel, stream, t, outbox) {
    Object.assign(this, { history, panel, stream, t, outbox });
    this.store = history.store;
    for (const event of panel.data.events ?? []) this.#add(event);
    for (const line of queryAll(history.timeline.list, ".event")) this.#adopt(line);
    on(this.store, "add", ({ detail }) => this.#messageAdded(detail.message_id));
    on(this.store, "remove", () => this.#removeOrphans());
  }

  /**
   * @param {any} frame
   * @param {number} [after] the room's latest message, where the frame is live
   */
  receive(frame, after) {
    if (frame.type === "expired") return this.#expired(frame);
    // What stands behind a message that the reader does not see stands before all that they do.
    if (after && after < this.#beginning) after = 0;
    const event = after === undefined ? undefined : this.#eventOf(frame, after);
    if (frame.type === "messages_removed") this.#removed(frame);
    else this.#tellPanel(frame);
    if (event) this.show([event]);
    // Resumed are only the last changes, and not their places.
    else this.#fetchBehind(after ?? this.stream.resumedAt);
  }

  #expired({ upto, change }) {
    const { connection } = this.outbox;
    import("./expired_messages.js").then((it) => {
      const done = it.forget(upto, this.history);
      it.unpin(upto, change, connection);
      return done;
    }).catch(() => {});
  }

  #removed(frame) {
    import("./removed_messages.js").then((it) => it.tellDeletions(frame, this.outbox, this.t), () => {});
  }

  /** @param {RoomEvent[]} events */
  show(events) {
    for (const event of events) this.#add(event);
    const places = new Set(events.map(({ after }) => after));
    const { scroll, isPinned } = this.history;
    scroll.preserve(() => places.forEach((after) => this.#draw(after)), isPinned);
  }

  /**
   * Somebody looks otherwise from now on: another name, a status, a picture. What they have not is not in the frame.
   * @param {{user_id: number, username: string, display_name: string, presence?: string, status?: any, picture?: string}} author
   */
  rename(author) {
    const { user_id, display_name, presence, status, picture } = author;
    const { members, data } = this.panel;
    if (user_id === data.user_id) data.display_name = display_name;
    renameAuthor(this.store, author);
    if (members.has(user_id)) members.update(user_id, { display_name, presence, status, picture });
  }

  #tellPanel({ type, member, user_id, role, name, slow_seconds, writers }) {
    const { members, data } = this.panel;
    members.touch();
    if (type === "member_joined") {
      members.put(member.id, member);
      this.panel.memberJoined(member);
    } else if (type === "member_left") {
      const gone = members.all.find(({ id }) => id === user_id);
      if (gone) data.former.push({ id: user_id, username: gone.username });
      members.put(user_id);
    } else if (type === "room_rules") this.#showRules(slow_seconds, writers);
    else if (type === "room_renamed") this.panel.setName(name);
    else {
      members.update(user_id, { role });
      if (user_id === data.user_id) this.panel.setRole(role);
    }
  }

  #showRules(slow_seconds, writers) {
    const { data } = this.panel;
    Object.assign(data, { slow_seconds, writers });
    showWritingRules(data, this.t);
    // What waits may be taken sooner now.
    this.outbox.slowUntil = 0;
    this.outbox.resume();
  }

  /** Nothing where the page does not know those whom it is about. */
  #eventOf({ type, change, member, user_id, role, by, what: rule }, after) {
    const find = (userId) => this.panel.members.all.find(({ id }) => id === userId);
    const person = member ?? find(user_id);
    const actor = find(by);
    // What has a text of its own is fetched with it.
    if (rule?.startsWith("history_")) return undefined;
    if (!actor || (!person && !type.startsWith("room_"))) return undefined;
    const left = by === user_id ? "left" : "removed";
    const what = { member_joined: "joined", member_left: left, room_renamed: "renamed", room_rules: rule }[type] ?? role;
    return { change, what, after, timestamp: new Date().toISOString(), person, actor };
  }

  #add(event) {
    const known = this.#runs.get(event.after) ?? [];
    const others = known.filter(({ change }) => change !== event.change);
    const run = [...others, event].sort((a, b) => a.change - b.change);
    this.#runs.set(event.after, run.slice(-MAX_EVENTS));
  }

  /** A line that the server has rendered. */
  #adopt(line) {
    let before = line.previousElementSibling;
    while (before && !before.matches(".message")) before = before.previousElementSibling;
    const after = Number(before?.dataset.messageId ?? 0);
    this.#lines.set(after, [...(this.#lines.get(after) ?? []), line]);
  }

  #draw(after) {
    const { list } = this.history.timeline;
    const message = this.history.timeline.element(this.store.get(after));
    const isOpen = this.#lines.get(after)?.some((line) => line.querySelector("[open]"));
    this.#remove(after);
    if (!message && (after || this.history.hasOlder)) return;
    const lines = eventLines(this.#runs.get(after) ?? [], this.t);
    if (isOpen) lines[0].querySelector("details")?.setAttribute("open", "");
    if (message) message.after(...lines);
    else list.prepend(...lines);
    this.#lines.set(after, lines);
    regroup(list, lines.at(-1)?.nextElementSibling ?? null);
  }

  /** The first message that the reader sees. */
  get #beginning() {
    return this.panel.data.history_from ?? 1;
  }

  #remove(after) {
    for (const line of this.#lines.get(after) ?? []) line.remove();
    this.#lines.delete(after);
  }

  #messageAdded(messageId) {
    for (const after of messageId === this.#beginning ? [0, messageId] : [messageId]) if (this.#runs.has(after)) this.#draw(after);
  }

  #removeOrphans() {
    for (const after of this.#lines.keys()) {
      const isThere = after ? this.store.get(after) : this.store.oldest <= this.#beginning;
      if (!isThere) this.#remove(after);
    }
  }

  /** @param {number} messageId */
  #fetchBehind(messageId) {
    if (this.#behind === Infinity) setTimeout(() => this.#fetch().catch(() => {}), FETCH_DELAY);
    this.#behind = Math.min(this.#behind, messageId);
  }

  async #fetch() {
    let after = this.#behind;
    this.#behind = Infinity;
    for (let count = MAX_LIMIT; count === MAX_LIMIT; after += count) {
      const path = `/api/rooms/${this.panel.data.room_id}/messages?after=${after}&limit=${MAX_LIMIT}&events=on`;
      const { messages, events = [] } = await get(path);
      this.show(events);
      count = messages.length;
    }
  }
}

/**
 * Somebody has another name.
 * @param {import("./message_store.js").MessageStore} store
 * @param {{user_id: number, username: string, display_name: string}} author
 */
export function renameAuthor(store, author) {
  for (const message of store.all.filter(({ user_id }) => user_id === author.user_id)) {
    const detail = Object.assign(message, authorOf(author));
    store.dispatchEvent(new CustomEvent("author", { detail }));
  }
}
