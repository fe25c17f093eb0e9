/**
 * What not every message has: a quote, reactions, an end. Loaded with the first of them that comes; what the
 * server has rendered by then is read from the page.
 */

import { get } from "../net/api.js";
import { query, setText } from "../lib/page.js";
import { applyHue, displayName, setMessageText } from "../lib/text.js";
import { keepFolded } from "./deleted_runs.js";
import { isJumbo } from "../lib/emoji.js";
import { FileParts, readFiles } from "./file_parts.js";
import { readMentions, showMentions } from "./mentions.js";
import { setLabel } from "./message_element.js";
import { part } from "./message_parts.js";
import { cut, quoteText, readQuote } from "./quotes.js";
import { foldRuns } from "./reply_run_watch.js";
import { readReactions, showReactions, withOwn, withReaction } from "./reactions.js";

/** @typedef {import("../lib/types.js").Message} Message */

/** What goes with the text of a message. */
const WITHOUT = { files: [], reactions: [], is_pinned: false, is_edited_after_read: false };

export class MessageDetails {
  /** @type {import("../lib/types.js").PendingMessage[]} what is to be done, and is not yet */
  #commands = [];
  #refold = () => {};

  /**
   * @param {import("./history.js").History} history
   * @param {import("./members.js").Members} members
   * @param {import("../lib/types.js").Translate} t
   * @param {number} [lastRead] where runs of replies are folded: the last message that had been read
   */
  constructor(history, members, t, lastRead) {
    const { store, timeline, scroll } = history;
    Object.assign(this, { history, store, timeline, scroll, members, t });
    this.files = new FileParts(timeline, (change) => scroll.preserve(change, history.isPinned));
    for (const message of store.all) {
      // What has come from the server since is newer than the page.
      if (!("reactions" in message)) Object.assign(message, read(timeline.element(message), store.me.user_id));
    }
    timeline.details = this;
    for (const message of store.all) this.show(timeline.element(message), message);
    this.#refold = keepFolded(history, t);
    if (lastRead !== undefined) foldRuns(history, lastRead, t);
  }

  /**
   * A message is another one now.
   * @param {any} frame
   * @param {boolean} isPinned whether the timeline stays at its end
   */
  changed(frame, isPinned) {
    this.scroll.preserve(() => {
      this.#updateQuotes(frame);
      this.store.update(frame);
      if (frame.what === "deleted") this.#count(frame, -1);
    }, isPinned);
  }

  /**
   * A message was posted as a reply.
   * @param {any} frame
   */
  replied(frame) {
    if (!frame.is_deleted) this.scroll.preserve(() => this.#count(frame, 1), this.history.isPinned);
  }

  /** The thread of this message has another number of replies. */
  #count({ thread }, step) {
    const root = this.store.get(thread);
    if (!root) return;
    root.replies = (root.replies ?? 0) + step;
    this.#redraw(root);
  }

  /**
   * Somebody has put an emoji under a message, or taken theirs away.
   * @param {any} frame
   * @param {boolean} isPinned
   */
  reacted(frame, isPinned) {
    const { reactions, change } = this.store.newer(frame) ?? {};
    if (change && frame.previous && change !== frame.previous) return this.#fetch(frame.message_id);
    const fields = { reactions: withReaction(reactions, frame) };
    this.scroll.preserve(() => this.store.set(frame, fields), isPinned);
  }

  /** What was done to a message before is not known here. Where it cannot be fetched, the next sum is another one. */
  #fetch(id) {
    const path = `/api/rooms/${this.store.me.room_id}/messages/${id}`;
    get(path).then((it) => this.changed(it, this.history.isPinned), () => {});
  }

  /**
   * Show what is to be done as if it were, until the server has answered.
   * @param {import("../lib/types.js").PendingMessage[]} commands
   */
  setCommands(commands) {
    const touched = [...this.#commands, ...commands].map(({ command }) => command.message_id);
    this.#commands = commands.filter(({ failure }) => !failure);
    for (const id of new Set(touched)) {
      const message = this.store.get(id);
      if (message) this.#redraw(message);
    }
  }

  /**
   * @param {any} item
   * @param {Message} message
   */
  show(item, message) {
    const isOfIt = ({ command }) => command.message_id === message.message_id;
    const commands = message.is_deleted ? [] : this.#commands.filter(isOfIt);
    item.classList.remove("deleting");
    const reactions = commands.reduce((all, each) => this.#withCommand(item, each.command, all), message.reactions);
    const isDeleting = item.matches(".deleting");
    part(item, ".undo", isDeleting);
    this.#showParts(item, { ...message, reactions, ...(isDeleting ? WITHOUT : {}) });
  }

  /** @returns the reactions with it */
  #withCommand(item, { type, message, emoji, is_on }, reactions = []) {
    const text = query(item, ".text");
    if (type === "edit_message") {
      setMessageText(text, message, undefined);
      item.classList.toggle("jumbo", isJumbo(message));
      item.dataset.state = "pending";
      item.querySelector(".mark")?.setAttribute("aria-label", this.t("pending"));
    } else if (type === "delete_message") {
      setMessageText(text, this.t("message_deleted"), undefined);
      item.classList.add("deleting");
      item.classList.remove("jumbo");
    } else if (type === "react") {
      return withOwn(reactions, emoji, is_on, this.store.me.user_id);
    }
    return reactions;
  }

  #showParts(item, message) {
    const { reply_to, is_deleted = false, deleted_by, is_pinned, is_edited_after_read } = message;
    const { reactions = [], thread, replies = 0 } = message;
    if (thread) item.dataset.thread = thread;
    item.classList.toggle("deleted", is_deleted);
    if (is_deleted) {
      item.classList.remove("jumbo");
      setMessageText(query(item, ".text"), this.t(deleted_by ? "deleted_by_moderator" : "message_deleted"), undefined);
      this.#refold();
    }
    const quote = part(item, ".quote", reply_to);
    if (quote) this.#setQuote(quote, reply_to);
    const isOfMe = showMentions(query(item, ".text"), message, this.members);
    item.classList.toggle("mentions-me", isOfMe);
    part(item, ".mention-mark", isOfMe);
    setLabel(item);
    part(item, ".pin-mark", is_pinned);
    this.files.show(item, message.files ?? []);
    const url = query(item, ".message-more").getAttribute("href");
    part(item, ".edited", is_edited_after_read)?.setAttribute("href", `${url}#versions`);
    const form = part(item, ".reactions", reactions.length);
    form?.setAttribute("action", `${url}/react`);
    if (form) showReactions(form, reactions, this.store.me.user_id);
    const link = part(item, ".replies", replies > 0);
    if (link) this.#showReplies(link, replies, url);
  }

  #showReplies(link, count, url) {
    link.setAttribute("href", `${url}/thread`);
    link.dataset.count = String(count);
    setText(query(link, "span"), this.t("replies", { count: count > 99 ? "99+" : count }));
  }

  #redraw(message) {
    this.store.dispatchEvent(new CustomEvent("content", { detail: message }));
  }

  #setQuote(link, quote) {
    const { message_id, user_id, username, display_name, is_deleted = false, is_unseen = false } = quote;
    query(link, ".quote-edited").hidden = is_deleted || !quote.is_edited_since;
    link.setAttribute("href", link.getAttribute("href").replace(/\d+$/, message_id));
    Object.assign(link.dataset, { messageId: message_id, userId: user_id });
    link.classList.toggle("is-deleted", is_deleted || is_unseen);
    const name = query(link, "bdi");
    name.className = "quote-name";
    applyHue(user_id, name);
    setText(name, displayName({ username, display_name }));
    setText(query(link, ".quote-text"), is_deleted ? this.t("message_deleted") : quoteText(quote));
  }

  /** Quotes are drawn from the message as it is now. */
  #updateQuotes({ message_id, message, is_deleted, edited_at }) {
    for (const reply of this.store.all) {
      if (reply.reply_to?.message_id !== message_id) continue;
      const is_edited_since = Date.parse(edited_at) > Date.parse(reply.timestamp);
      reply.reply_to = { ...reply.reply_to, message: cut(message), plain: undefined, is_deleted, is_edited_since };
      this.#redraw(reply);
    }
  }
}

function read(item, me) {
  const quote = item.querySelector(".quote");
  return {
    reply_to: quote ? readQuote(quote) : undefined,
    is_edited_after_read: item.querySelector(".edited") !== null,
    is_deleted: item.matches(".deleted"),
    deleted_by: Number(item.dataset.deletedBy) || undefined,
    reactions: readReactions(item),
    files: readFiles(item),
    is_pinned: item.querySelector(".pin-mark") !== null,
    html: readHtml(query(item, ".text")),
    ...readMentions(item, me),
    thread: Number(item.dataset.thread) || undefined,
    replies: Number(item.querySelector(".replies")?.dataset.count ?? 0),
  };
}

/** Without what a script may have put in: buttons, and what makes buttons of mentions. */
function readHtml(text) {
  if (!text.matches(".rich")) return undefined;
  const copy = text.cloneNode(true);
  for (const button of copy.querySelectorAll("button")) button.remove();
  for (const mention of copy.querySelectorAll(".mention")) mention.replaceWith(mention.textContent);
  return copy.innerHTML;
}
