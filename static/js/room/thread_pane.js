/** The pane of a thread, beside the timeline; on a phone it covers the page. Loaded when one is opened. */

import { addStyleSheet } from "../lib/style_sheet.js";
import { get } from "../net/api.js";
import { cloneTemplate, element, on, query } from "../lib/page.js";
import { draftKey } from "../lib/storage.js";
import { displayName } from "../lib/text.js";
import { Composer } from "./composer.js";
import { ComposerHelp } from "./composer_help.js";
import { keptFiles } from "./attachments.js";
import { enableSources } from "./file_sources.js";
import { enableKeyboardNavigation } from "./keyboard_navigation.js";
import { quoteOf } from "./quotes.js";
import { ThreadMessages } from "./thread_messages.js";

/** What the pane covers where there is no room beside it. */
const COVERED = ".skip-link, #sidebar, .room-head, .timeline, .status-line, #composer, #people";
const NARROW = "(max-width: 47.99rem)";

export class ThreadPane {
  /** @type {any} the dialog, while it is open */
  #dialog;
  /** @type {HTMLElement | null} where the focus goes back to */
  #focusedBefore = null;
  #closed = new AbortController();
  /** @type {import("../lib/types.js").Message | undefined} what the next reply is to, where it is chosen */
  #target;

  /** @param {any} room see message_actions.js */
  constructor(room) {
    this.room = room;
    room.thread = this;
    this.isStyled = addStyleSheet(element("thread-template").dataset.sheet ?? "");
  }

  /** The messages of the thread. */
  get store() {
    return this.messages.store;
  }

  /**
   * Show the thread that a message is in, or begins.
   * @param {number} messageId
   * @throws {Error} where it cannot be fetched
   */
  async open(messageId) {
    const { data, connection } = this.room;
    const path = `/api/rooms/${data.room_id}/messages/${messageId}/thread`;
    /** @type {any[]} what comes while the thread is on its way, and may not be in it */
    const frames = [];
    const listening = new AbortController();
    connection.addEventListener("frame", ({ detail }) => frames.push(detail), { signal: listening.signal });
    const [thread] = await Promise.all([get(path), this.isStyled]).finally(() => listening.abort());
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    if (this.#dialog) this.close();
    this.#focusedBefore = focused;
    this.#closed = new AbortController();
    this.#dialog = cloneTemplate("thread-template");
    element("main").append(this.#dialog);
    this.messages = new ThreadMessages(this.#dialog, thread, this.room, this.#closed.signal);
    for (const frame of frames) this.messages.receive(frame);
    this.#setUp(thread.root.message_id);
    this.#dialog.show();
    this.#cover();
    this.#focus();
  }

  close() {
    const hadFocus = this.#dialog.contains(document.activeElement);
    this.#closed.abort();
    this.#dialog.remove();
    this.#dialog = this.#target = undefined;
    this.#cover();
    if (!hadFocus) return;
    const isThere = this.#focusedBefore?.isConnected && this.#focusedBefore.matches(":not(body)");
    (isThere ? this.#focusedBefore : element("message"))?.focus({ preventScroll: true });
  }

  /** Something beside the pane is to be used: where it covers that, it closes. */
  uncover() {
    if (this.#dialog && matchMedia(NARROW).matches) this.close();
  }

  /** @param {import("../lib/types.js").Message} message what the next reply is to, in place of the thread's first one */
  replyTo(message) {
    this.#setTarget(message);
    this.composer.focus();
  }

  #setUp(rootId) {
    const { data, t, triggers } = this.room;
    const { signal } = this.#closed;
    const form = query(this.#dialog, ".composer");
    const key = `${draftKey(data.user_id, data.room_id)}:thread:${rootId}`;
    this.composer = new Composer(form, { limit: data.limits.message_length, draftKey: key, t });
    this.composer.counter = query(form, ".composer-count");
    form.hidden = !this.messages.firstThere || element("composer").hidden;
    const help = new ComposerHelp(this.composer, this.room.store, this.room.members);
    on(this.composer, "all", () => help.sendToAll());
    const { outbox, uploads } = this.room;
    on(this.composer, "message", ({ detail }) => this.#submit(detail.text, detail.uploads));
    this.files = enableSources(this.composer, outbox, keptFiles(outbox, rootId));
    on(query(form, ".attach"), "click", () => this.files.pick());
    uploads?.showIn(this.messages, signal);
    on(this.composer, "up", () => this.#editLast());
    on(query(this.#dialog, ".thread-close"), "click", () => this.close());
    this.room.connection.addEventListener("final", () => this.composer.close(), { signal });
    on(this.#dialog, "keydown", (event) => this.#keyPressed(event));
    matchMedia(NARROW).addEventListener("change", () => this.#cover(), { signal });
    triggers((it) => it.listen(this.messages.timeline.list));
    enableKeyboardNavigation(this.messages, {
      open: (message) => triggers((it) => it.open(message)),
      leave: () => this.close(),
    });
  }

  #submit(text, uploads) {
    const message = this.#target ?? this.messages.firstThere;
    if (!message) {
      // All of it has been deleted meanwhile.
      this.composer.restore(text);
      this.files.tray((it) => it.putBack());
      return this.composer.showError(this.room.t("error_gone"));
    }
    this.room.outbox.submit(text, quoteOf(message), uploads);
    this.#setTarget(undefined);
    this.messages.scroll.box.scrollTop = 0;
  }

  /** My last message of the thread. */
  #editLast() {
    const { all, me } = this.store;
    const last = all.findLast((each) => each.message_id && each.user_id === me.user_id && !each.is_deleted);
    if (!last) return;
    this.room.context((it) => it.edit(last));
    this.uncover();
  }

  #setTarget(message) {
    this.#target = message;
    const { field } = this.composer;
    field.dataset.placeholder ??= field.placeholder;
    const name = message && displayName(message);
    field.placeholder = name ? this.room.t("reply_to", { name }) : field.dataset.placeholder;
  }

  #keyPressed(event) {
    if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
    event.preventDefault();
    // The first one takes back whom it is to.
    if (this.#target) this.#setTarget(undefined);
    else this.close();
  }

  /** On a touch screen a field with the focus would bring up the keyboard. */
  #focus() {
    const canHover = matchMedia("(hover: hover)").matches;
    if (canHover && !this.composer.form.hidden) this.composer.focus();
    else query(this.#dialog, "h2").focus();
  }

  #cover() {
    const isCovered = Boolean(this.#dialog) && matchMedia(NARROW).matches;
    for (const each of document.querySelectorAll(COVERED)) /** @type {any} */ (each).inert = isCovered;
  }
}
