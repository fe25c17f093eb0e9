/** Pages of the room's history, fetched where the page does not hold them: loaded when one is needed. */

import { get } from "../net/api.js";
import { regroup } from "./grouping.js";
import { reveal } from "./reply_runs.js";

/** @typedef {import("../lib/types.js").MessageFrame} MessageFrame */

/** Messages in one answer: the most that the server gives. */
const MAX_LIMIT = 100;

export class HistoryPages {
  /** Counts replacements of all that is shown: a repair of what was there before ends. */
  #generation = 0;

  /** @param {import("./history.js").History} history */
  constructor(history) {
    this.history = history;
    this.store = history.store;
    history.hasFetched = true;
  }

  async loadOlder() {
    const { oldest } = this.store;
    const { history_page: limit } = this.history.limits;
    const messages = await this.#fetch(`before=${oldest}&limit=${limit}`);
    // The stretch has moved meanwhile: what was asked for does not join on to it.
    if (oldest !== this.store.oldest) return;
    const hasOlder = messages.length === limit;
    this.history.hasOlder = hasOlder;
    const first = hasOlder ? messages[0].message_id : this.#beginning;
    this.#show(messages, first, oldest - 1, false, this.history.isPinned);
  }

  /** @param {boolean} isPinned whether the timeline stays at its end */
  async loadNewer(isPinned) {
    const { newest, revision } = this.store;
    const { history_page: limit } = this.history.limits;
    const messages = await this.#fetch(`after=${newest}&limit=${limit}`);
    if (newest !== this.store.newest) return;
    if (!messages.length && !this.store.size) return this.#showNothing();
    const last = messages.at(-1)?.message_id ?? 0;
    // A page that is not full goes up to the end, also where the latest messages are not there any more.
    const to = messages.length === limit ? last : Math.max(last, revision);
    this.#show(messages, newest + 1, to, true, isPinned);
  }

  /**
   * What is missing before the latest message is fetched at once, unless it is more than a page holds.
   * @param {boolean} isPinned
   */
  async repair(isPinned) {
    const { history, store } = this;
    if (history.isRepairing || store.revision - store.newest > history.limits.history_max) return;
    const generation = this.#generation;
    history.isRepairing = true;
    history.changed();
    for (let before = -1; !store.isAtEnd && store.newest !== before; ) {
      before = store.newest;
      await this.loadNewer(isPinned).catch(() => {});
      if (generation !== this.#generation) return;
    }
    history.isRepairing = false;
    history.needsRepair = !store.isAtEnd;
    history.changed();
  }

  /** @returns {Promise<boolean>} whether the latest messages are shown now */
  async showLatest() {
    const messages = await this.#fetch(`limit=${this.history.limits.history_page}`);
    this.#replace(messages);
    // What was said while they were on their way is not among them.
    await this.repair(true);
    return messages.length > 0;
  }

  /**
   * Show a message of the room, wherever in the history it is.
   * @param {number} messageId
   */
  async jumpTo(messageId) {
    const { timeline, scroll } = this.history;
    if (!this.store.get(messageId)) await this.#loadAround(messageId);
    const item = timeline.element(this.store.get(messageId));
    if (!item) return;
    const { list } = timeline;
    const last = list.querySelector(".highlighted");
    last?.classList.remove("highlighted");
    item.classList.add("highlighted");
    for (const each of [last, item]) if (each) regroup(list, each);
    reveal(item);
    if (item.matches(".collapsed")) (await import("./deleted_runs.js")).reveal(item);
    scroll.show(item, 0.3);
  }

  /**
   * Follow a link to a message; from a quote there is a way back.
   * @param {number} messageId
   * @param {any} link
   */
  async follow(messageId, link) {
    const run = link.closest(".deleted-run");
    if (run) return (await import("./deleted_runs.js")).toggle(run, this.history.scroll.box);
    const reply = link.closest(".quote") && link.closest(".message");
    if (!reply) return this.jumpTo(messageId);
    const { jumpToQuoted } = await import("./quote_jump.js");
    return jumpToQuoted(this.history, messageId, Number(reply.dataset.messageId));
  }

  /** Too much has changed to be sent: what the page holds is fetched anew, where it is. */
  async reload() {
    const { newest, oldest } = this.store;
    for (let after = oldest - 1; after < newest; ) {
      const messages = await this.#fetch(`after=${after}&limit=${MAX_LIMIT}`);
      const first = messages[0]?.message_id ?? newest + 1;
      // What the page began with has expired meanwhile.
      if (after < oldest && first > oldest) (await import("./expired_messages.js")).forget(first - 1, this.history);
      if (messages.length === 0) return;
      for (const message of messages) this.#update(message);
      after = messages.at(-1)?.message_id ?? newest;
    }
  }

  /** What the page holds is not what the server has: it is fetched anew, and shown as it is there. */
  async restore() {
    const { store } = this;
    const generation = this.#generation;
    const known = store.change ?? 0;
    const messages = await this.#fetchFrom(store.oldest);
    if (generation !== this.#generation) return;
    const last = messages.at(-1)?.message_id ?? 0;
    const { change = 0 } = store.get(store.newest) ?? {};
    const isInvented = store.newest > last && change <= known;
    store.revision = isInvented ? last : Math.max(store.revision, last);
    if (isInvented || messages.some((each) => this.#isOfAnother(each))) {
      this.#replace(messages);
      return this.repair(true);
    }
    for (const { message_id } of messages) {
      const message = store.get(message_id);
      // What has come meanwhile is newer than what was fetched; all else is not to be trusted.
      if (message && !(message.change > known)) message.change = 0;
    }
    this.#show(messages, store.oldest, last, true, this.history.isPinned);
  }

  #isOfAnother({ message_id, user_id }) {
    const message = this.store.get(message_id);
    return message && message.user_id !== user_id;
  }

  /** All messages from this id on. */
  async #fetchFrom(id) {
    const messages = [];
    for (let page, after = id - 1; !page || page.length === MAX_LIMIT; after = page.at(-1)?.message_id) {
      page = await this.#fetch(`after=${after}&limit=${MAX_LIMIT}`);
      messages.push(...page);
    }
    return messages;
  }

  #update(message) {
    const { scroll, isPinned } = this.history;
    scroll.preserve(() => this.store.update(message), isPinned);
  }

  async #loadAround(messageId) {
    const { history_context, history_page } = this.history.limits;
    const pages = [
      this.#fetch(`before=${messageId}&limit=${history_context}`),
      this.#fetch(`after=${messageId - 1}&limit=${history_page}`),
    ];
    this.#replace((await Promise.all(pages)).flat());
  }

  #show(messages, from, to, fromStart, isPinned) {
    const { history } = this;
    history.scroll.preserve(() => {
      putRange(this.store, messages, from, to);
      const isTrimmed = this.store.trim(history.limits.history_max, fromStart);
      if (fromStart && isTrimmed) history.hasOlder = true;
    }, isPinned);
    history.changed();
  }

  /** Show these instead of all that is shown. */
  #replace(messages) {
    const { history } = this;
    if (messages.length === 0) return;
    this.#generation += 1;
    history.isRepairing = history.needsRepair = false;
    const [first, last] = [messages[0].message_id, messages.at(-1).message_id];
    this.store.clear();
    putRange(this.store, messages, first, last);
    history.hasOlder = first > this.#beginning;
    history.changed();
  }

  /** Who has just come into a room may see nothing of what was said in it. */
  #showNothing() {
    const { store } = this;
    store.newest = store.revision;
    store.oldest = store.newest + 1;
    this.history.changed();
  }

  /** The first message that the reader sees. */
  get #beginning() {
    return this.store.me.history_from ?? 1;
  }

  /** @returns {Promise<MessageFrame[]>} */
  async #fetch(query) {
    const { timeline } = this.history;
    if (timeline.list.querySelector(".event, .deleted-run")) await this.history.prepare();
    const path = `/api/rooms/${this.history.room}/messages?${query}&events=on`;
    const { messages, events = [] } = await get(path).catch((error) =>
      import("../net/retry.js").then((it) => it.retry(path, error)),
    );
    this.history.dispatchEvent(new CustomEvent("fetched", { detail: messages }));
    if (events.length) this.history.dispatchEvent(new CustomEvent("events", { detail: events }));
    return messages;
  }
}

/**
 * Put in all messages that the server has between two ids.
 * @param {import("./message_store.js").MessageStore} store
 * @param {import("../lib/types.js").MessageFrame[]} messages
 * @param {number} from
 * @param {number} to
 */
function putRange(store, messages, from, to) {
  for (const message of [...messages].reverse()) store.put(message);
  for (let id = from; id <= to; id += 1) if (!store.get(id)) store.absent.add(id);
  store.oldest = Math.min(store.oldest, from);
  store.newest = Math.max(store.newest, to);
}
