/** What the next message is for: a reply, or another text for an earlier one. It survives a reload. */

import { toast } from "../dialogs/toast.js";
import { element, on, query, setText } from "../lib/page.js";
import { readSession, writeSession } from "../lib/storage.js";
import { displayName } from "../lib/text.js";
import { isInTime } from "./edit_limit.js";
import { quoteOf, quoteText } from "./quotes.js";
import { reveal } from "./reply_runs.js";

/** @typedef {import("../lib/types.js").Message} Message */

export class ComposerContext {
  /**
   * @param {import("./composer.js").Composer} composer
   * @param {import("./history.js").History} history
   * @param {import("./outbox.js").Outbox} outbox
   * @param {import("../lib/types.js").Translate} t
   */
  constructor(composer, history, outbox, t) {
    Object.assign(this, { composer, history, timeline: history.timeline, outbox, t });
    this.bar = element("composer-context");
    this.draftKey = composer.draftKey;
    this.key = `${composer.draftKey}:context`;
    on(composer.field, "keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing || this.bar.hidden) return;
      event.preventDefault();
      this.leave();
    });
    on(query(this.bar, ".context-close"), "click", (event) => {
      event.preventDefault();
      this.leave();
    });
    this.#restore();
  }

  /** @param {Message} message */
  reply(message) {
    this.leave();
    this.#enter({ reply_to: quoteOf(message) });
  }

  /** @param {Message} message */
  edit(message) {
    // The menu may have been open for long.
    if (!isInTime(message.timestamp, this.timeline.store.me)) return toast(this.t("error_too_late"));
    this.leave();
    const { message_id, change } = message;
    const isOfIt = ({ command }) => command.message_id === message_id && "message" in command;
    // What is on its way already is what the next edit is made of.
    const text = this.outbox.commands.findLast(isOfIt)?.command.message ?? message.message;
    writeSession(this.#editKey(message_id), text);
    this.#enter({ edit: { message_id, base: change, text } });
  }

  /** Edit the last message of mine, wherever in the room it is. */
  async editLast() {
    const { store } = this.timeline;
    const isMine = (each) => each.message_id && each.user_id === store.me.user_id;
    const isThere = (each) => !this.timeline.element(each).matches(".deleted, .deleting");
    const shown = store.isAtEnd && store.all.findLast((each) => isMine(each) && isThere(each));
    const last = shown || (await import("./last_own.js").then((it) => it.showLastOwn(this.history)).catch(() => null));
    // While this was loaded somebody may have begun to write.
    if (last && isThere(last)) return this.composer.field.value || this.edit(last);
    toast(last === null ? undefined : this.t("none_mine"));
  }

  /** Nothing but a message again, with what was being written before. */
  leave() {
    const { edit } = this.composer.context;
    if (edit) writeSession(this.#editKey(edit.message_id), "");
    this.composer.context = {};
    delete this.bar.dataset.edits;
    writeSession(this.key, "");
    this.bar.hidden = true;
    if (edit) this.composer.switchTo(this.draftKey);
  }

  /**
   * What a draft of another browser is for, which is not asked for here: the focus stays.
   * @param {Message | null} message that it replies to
   */
  take(message) {
    this.leave();
    if (message && !message.is_deleted) this.#show({ reply_to: quoteOf(message) });
  }

  #enter(context) {
    this.#show(context);
    if (context.edit) this.composer.switchTo(this.#editKey(context.edit.message_id));
    this.composer.focus();
  }

  #show(context) {
    writeSession(this.key, JSON.stringify(context));
    this.composer.context = context;
    const { edit, reply_to } = context;
    this.bar.hidden = false;
    if (edit) this.#showEdited(edit.message_id);
    this.bar.classList.toggle("is-editing", Boolean(edit));
    const title = edit ? this.t("editing") : this.t("reply_to", { name: displayName(reply_to) });
    setText(query(this.bar, ".context-title"), title);
    setText(query(this.bar, ".context-text"), edit ? edit.text : quoteText(reply_to));
  }

  #showEdited(messageId) {
    this.bar.dataset.edits = messageId;
    const item = this.timeline.element(this.timeline.store.get(messageId));
    if (item) reveal(item);
  }

  #restore() {
    const { messageId } = this.bar.dataset;
    const isAsked = messageId && new URLSearchParams(location.search).has("reply_to");
    const stored = readSession(this.key);
    // The address asks for a reply once.
    if (isAsked) history.replaceState(null, "", location.pathname);
    if (stored && !isAsked) this.#enter(JSON.parse(stored));
    // Of another draft than the one that the page came with nothing is known to be a reply.
    else if (isAsked || (messageId && this.composer.isServed)) this.#restoreReply(Number(messageId));
    else this.bar.hidden = true;
  }

  #restoreReply(messageId) {
    const message = this.timeline.store.get(messageId);
    const reply_to = message ? quoteOf(message) : this.#shown;
    this.leave();
    this.#enter({ reply_to });
  }

  /** As the server has shown it. */
  get #shown() {
    const { messageId, userId, name } = this.bar.dataset;
    const message = query(this.bar, ".context-text").textContent ?? "";
    return { message_id: Number(messageId), user_id: Number(userId), username: name ?? "", message };
  }

  #editKey(messageId) {
    return `${this.draftKey}:${messageId}`;
  }
}
