/**
 * The unsent text of the room, kept by the server too: a closed tab does not lose it, and other browsers have it.
 * What is in the field goes first. Each text that the server stores has a version, and what is stored next says which
 * one it was made from: so neither a request that comes late nor another device takes away what it has not seen.
 */

import { ApiError, get, request } from "../net/api.js";
import { element, on } from "../lib/page.js";
import { isPageFocused, onPageFocusChange } from "../lib/page_focus.js";
import { draftKey, emptiedDrafts, readSession, writeSession } from "../lib/storage.js";
import { countCodePoints } from "../lib/text.js";
import { keepEmptied, keepStored, lastStored } from "./draft_session.js";
import { OtherDraft } from "./other_draft.js";

/** In milliseconds: after the last key, at most after the first one, and after a failure. */
const DELAY = 1_500;
const MAX_DELAY = 10_000;
const RETRY_DELAY = 10_000;

/** @typedef {import("../lib/types.js").Draft} Draft */

export class Drafts {
  /**
   * What the server has; without a message where that is not known.
   * @type {Partial<Draft> & {version: number}}
   */
  #stored;
  /** Texts of this tab: the server may have any of them, by a request whose answer was not heard. */
  #own = new Set();
  #seen = "";
  #isBusy = false;
  /** Whether it is to stay here alone, until it is changed again. */
  #isHeld = false;
  #isOver = false;
  /** The latest version that there is said to be. */
  #latest = 0;
  /** When it was changed for the first time since it was stored, or 0. */
  #unsavedSince = 0;
  #timer = 0;

  /**
   * @param {import("./composer.js").Composer} composer
   * @param {import("../lib/types.js").RoomData} data
   * @param {import("../net/socket.js").Connection} connection
   * @param {(use: (it: import("./composer_context.js").ComposerContext) => any) => Promise<any>} context
   * @param {import("./message_store.js").MessageStore} store
   */
  constructor(composer, data, connection, context, store) {
    Object.assign(this, { composer, data, connection, context, store });
    this.key = draftKey(data.user_id, data.room_id);
    this.path = `/api/rooms/${data.room_id}/draft`;
    this.other = new OtherDraft(composer, this.key, () => this.#release());
    this.#stored = data.draft;
    this.#begin(data.draft);
    on(composer, "typed", () => this.#changed());
    on(connection, "state", () => this.#save());
    on(connection, "final", () => (this.#isOver = true));
    on(document, "visibilitychange", () => document.visibilityState === "hidden" && this.#save());
    on(window, "pagehide", () => this.#leave());
    onPageFocusChange(() => isPageFocused() && this.#refresh());
  }

  /** An edit has the field, and a text of its own. */
  get #isEditing() {
    return this.composer.draftKey !== this.key;
  }

  /** As the server keeps it: nothing but space is no text, and halves of letters are kept by nobody. */
  get #text() {
    const text = this.#isEditing ? readSession(this.key) : this.composer.field.value;
    return text.trim() && (text.toWellFormed?.() ?? text);
  }

  get #draft() {
    const message = this.#text;
    const { hidden, dataset } = element("composer-context");
    // Until what keeps it has been loaded, the page itself says what it replies to.
    const shown = hidden || !this.composer.isServed ? 0 : Number(dataset.messageId ?? 0);
    const reply_to = this.composer.context.reply_to?.message_id ?? shown;
    return { message, reply_to: (message && reply_to) || null };
  }

  get #isSaved() {
    const { message, reply_to } = this.#draft;
    return message === this.#stored.message && reply_to === this.#stored.reply_to;
  }

  /** Whether it can be stored now, and is to be. */
  get #isWaiting() {
    const isTooLong = countCodePoints(this.#text) > this.data.limits.message_length;
    const isKept = this.#isHeld || this.#isOver || this.#isEditing || isTooLong;
    return !isKept && this.connection.isOnline && !this.#isSaved;
  }

  /**
   * What is in the field, and what the server had when the page was made.
   * @param {Draft} draft
   */
  async #begin(draft) {
    const text = (this.#seen = this.#text);
    /** What this tab and the server last had in common, whatever was done since the page is there. */
    const common = this.composer.isServed ? draft : lastStored(this.key);
    this.#own.add(text);
    const isEmptied = !text && emptiedDrafts(this.key).includes(draft.message);
    if (!isEmptied) keepEmptied(this.key, []);
    if (text === draft.message) this.#record(draft);
    else if (isEmptied) this.#stored = draft;
    else if (text === common.message && common.version < draft.version) return this.#take(draft);
    else this.#stored = { version: common.version };
    this.#isBusy = true; // What it replies to is kept too, and is known when that has been loaded.
    if (this.composer.hasContext) await this.context(() => {});
    this.#isBusy = false;
    this.#schedule();
  }

  #changed() {
    if (this.#isEditing) return;
    if (this.#text !== this.#seen) this.#isHeld = false;
    this.#seen = this.#text;
    // A page that was made before the server had heard of it has the text again, also where it comes after the answer.
    keepEmptied(this.key, this.#seen ? [] : [...this.#own, this.#stored.message ?? ""].filter(Boolean));
    this.#schedule();
  }

  /** What was sent is no draft any more. */
  #schedule() {
    clearTimeout(this.#timer);
    this.#unsavedSince = this.#isSaved ? 0 : this.#unsavedSince || Date.now();
    if (!this.#unsavedSince) return;
    const isDue = !this.#text || document.visibilityState === "hidden";
    const delay = isDue ? 0 : Math.min(DELAY, this.#unsavedSince + MAX_DELAY - Date.now());
    this.#timer = setTimeout(() => this.#save(), delay);
  }

  /** One request at a time: the server is to hear of the texts in their order. */
  async #save() {
    if (this.#isBusy || !this.#isWaiting) return;
    clearTimeout(this.#timer);
    this.#isBusy = true;
    this.#unsavedSince = 0;
    const draft = this.#draft;
    const delay = await this.#put(draft, this.#stored.version).then(
      (stored) => this.#answered(draft, stored),
      (problem) => this.#failed(problem),
    );
    this.#isBusy = false;
    if (delay) this.#timer = setTimeout(() => this.#save(), delay);
    else this.#schedule();
  }

  /** The page goes, and hears no answer any more. The one that it still waits for gives the next version. */
  #leave() {
    if (!this.#isBusy) this.#save();
    else if (this.#isWaiting) this.#put(this.#draft, this.#stored.version + 1).catch(() => {});
  }

  /**
   * @param {{message: string, reply_to: number | null}} draft
   * @param {number} base the version that it was made from
   * @returns {Promise<Draft>} what the server has then: this one, or a later one that stays
   */
  #put(draft, base) {
    this.#own.add(draft.message);
    const body = JSON.stringify({ ...draft, base, user_id: this.data.user_id });
    const headers = { "Content-Type": "application/json" };
    // It arrives although the page is left meanwhile.
    return request(this.path, { method: "PUT", headers, body, keepalive: true });
  }

  /** @param {Draft} stored what the server has, and this tab has seen */
  #record(stored) {
    this.#stored = stored;
    keepStored(this.key, stored);
  }

  /** @returns {number | undefined} after how many milliseconds it is to be tried again */
  #failed(problem) {
    const { status = 0, retry_after = 0 } = problem instanceof ApiError ? problem : {};
    const isRefused = status >= 400 && status < 500 && !retry_after;
    this.#isHeld = isRefused;
    // Stored or not, nobody knows.
    if (!isRefused && !retry_after) delete this.#stored.message;
    return isRefused ? undefined : 1_000 * retry_after || RETRY_DELAY;
  }

  /** Where a later text is there, the newest one is to be stored; what is in the field stays there. */
  #answered({ message }, stored) {
    if ([message, this.#text].includes(stored.message)) return this.#record(stored);
    this.#stored = stored;
    const isNewer = message && this.composer.changedAt > Date.parse(stored.updated_at);
    const isOwn = this.#own.has(stored.message) || this.#text.includes(stored.message);
    this.#isHeld = !isNewer && !(stored.message && isOwn);
    // Its place is taken by the one in the field, now or with the next key.
    if (stored.message && !isOwn) this.other.offer(stored.message);
  }

  #release() {
    this.#isHeld = false;
    this.#schedule();
  }

  /** @param {{version?: number}} frame that the draft has this version; without one nobody knows: the socket was away */
  heard({ version }) {
    this.#latest = Math.max(this.#latest, version ?? Infinity);
    if (!version && isPageFocused()) this.#refresh();
  }

  /** Whether nothing of this tab would be lost by another text. */
  get #canTake() {
    return this.#isSaved && !this.#isBusy && !this.#isOver && !this.#isEditing;
  }

  /** Somebody has come back to the page: show what was written elsewhere meanwhile. */
  async #refresh() {
    if (!this.#canTake || this.#latest <= this.#stored.version) return;
    const current = await get(this.path).catch(() => null);
    if (!current) return;
    this.#latest = 0;
    if (this.#canTake && current.version > this.#stored.version) this.#take(current);
  }

  /** @param {Draft} draft */
  async #take(draft) {
    writeSession(this.key, draft.message);
    // Where storage is forbidden nothing can be put into the field, nor taken out of it.
    if (readSession(this.key) !== draft.message) return;
    this.#record(draft);
    this.#isHeld = false;
    this.#seen = draft.message;
    if (this.#isEditing) return;
    this.composer.switchTo(this.key);
    if (!draft.reply_to && !this.composer.hasContext) return;
    // Until then it would be stored as no reply.
    this.#isBusy = true;
    const message = draft.reply_to ? await this.#message(draft.reply_to) : null;
    if (this.#text === draft.message && !this.#isEditing) await this.context((it) => it.take(message));
    this.#isBusy = false;
    this.#schedule();
  }

  #message(id) {
    return this.store.get(id) ?? get(`/api/rooms/${this.data.room_id}/messages/${id}`).catch(() => null);
  }
}
