/**
 * The stretch of the room's messages that the page holds: without a hole, not too long, and moved by
 * scrolling. What is said while it does not reach the end is counted, not shown.
 */

import { get } from "./api.js";
import { Edge } from "./edge.js";

/** @typedef {import("./types.js").MessageFrame} MessageFrame */

const PAGE = 50;
const MOST = 400;

export class History extends EventTarget {
  /** Whether something was found to be missing and could not be fetched. */
  #isOwed = false;
  /** Counts what is shown instead of something else: a repair of that ends. */
  #stretch = 0;

  /**
   * @param {import("./timeline.js").Timeline} timeline
   * @param {import("./scroll.js").Scroll} scroll
   * @param {{room: number, head: number, older: HTMLElement, beginning: HTMLElement,
   *   newer: HTMLElement, failed: string}} options
   */
  constructor(timeline, scroll, { room, head, older, beginning, newer, failed }) {
    super();
    this.timeline = timeline;
    this.scroll = scroll;
    this.room = room;
    /** The number of the room's latest message. */
    this.head = head;
    this.beginning = beginning;
    this.hasOlder = !older.hidden;
    this.isRepairing = false;
    this.older = new Edge(older, scroll.box, () => this.#loadOlder(), failed);
    this.newer = new Edge(newer, scroll.box, () => this.#loadNewer(false), failed);
    this.#changed();
    this.#again();
  }

  /** Whether it reaches the latest message. */
  get isWhole() {
    return this.timeline.newest >= this.head;
  }

  /** Whether the newest is in view and stays there. */
  get sticks() {
    return this.isWhole && this.scroll.isNearEnd;
  }

  /** @param {MessageFrame} frame a message that was just said, or a repeated answer about one */
  receive(frame) {
    const { isWhole, sticks } = this;
    const { oldest, newest, size } = this.timeline;
    const number = frame.message_id;
    this.head = Math.max(this.head, number);
    const follows = isWhole && number === newest + 1 && (sticks || size < MOST);
    if (follows || (number >= oldest && number <= newest)) {
      this.scroll.keeping(() => this.timeline.add(frame), sticks);
      if (sticks && this.timeline.trim(MOST, true)) this.hasOlder = true;
    } else this.timeline.settled(frame);
    if (isWhole && number > newest + 1) this.#repair(sticks);
    this.#changed();
  }

  /**
   * The stream has caught up with this number.
   * @param {number} head
   */
  caughtUp(head) {
    const isOwed = this.isWhole || this.#isOwed;
    this.head = Math.max(this.head, head);
    if (isOwed && !this.isWhole) this.#repair(this.scroll.isNearEnd);
    this.#again();
    this.#changed();
  }

  /** Show the newest message, wherever the page is. */
  async toNewest() {
    if (this.isWhole) return this.scroll.toEnd();
    const messages = await this.fetch(`limit=${PAGE}`).catch(() => []);
    this.replace(messages);
    // What I say is seen, also while what it follows cannot be fetched.
    if (messages.length === 0) this.timeline.list.removeAttribute("data-partial");
    this.scroll.toEnd(false);
  }

  async #loadOlder() {
    const { oldest } = this.timeline;
    const messages = await this.fetch(`before=${oldest}&limit=${PAGE}`);
    // The stretch has moved meanwhile: what was asked for does not join on to it.
    if (oldest !== this.timeline.oldest) return;
    this.hasOlder = messages.length === PAGE;
    this.#show(messages.reverse(), false, this.sticks);
  }

  async #loadNewer(sticks) {
    const { newest } = this.timeline;
    const messages = await this.fetch(`after=${newest}&limit=${PAGE}`);
    if (newest !== this.timeline.newest) return;
    if (messages.length === 0) throw new Error("The room has less than it said");
    this.#show(messages, true, sticks);
  }

  #show(messages, fromStart, sticks) {
    this.scroll.keeping(() => {
      for (const message of messages) this.timeline.add(message);
      const isShorter = this.timeline.trim(MOST, fromStart);
      if (fromStart && isShorter) this.hasOlder = true;
    }, sticks);
    this.#changed();
  }

  /**
   * Show these instead of all that is shown.
   * @param {MessageFrame[]} messages
   */
  replace(messages) {
    if (messages.length === 0) return;
    this.#stretch += 1;
    this.isRepairing = this.#isOwed = false;
    this.timeline.clear();
    for (const message of messages) this.timeline.add(message);
    this.hasOlder = messages[0].message_id > 1;
    this.#changed();
  }

  /** What is missing before the newest is fetched at once, unless it is more than a page holds. */
  async #repair(sticks) {
    if (this.isRepairing || this.head - this.timeline.newest > MOST) return;
    const stretch = this.#stretch;
    this.isRepairing = true;
    for (let before = -1; !this.isWhole && this.timeline.newest !== before; ) {
      before = this.timeline.newest;
      await this.#loadNewer(sticks).catch(() => {});
      if (stretch !== this.#stretch) return;
    }
    this.isRepairing = false;
    this.#isOwed = !this.isWhole;
    this.#changed();
  }

  /**
   * @param {string} query
   * @returns {Promise<MessageFrame[]>}
   */
  async fetch(query) {
    const { messages } = await get(`/api/rooms/${this.room}/messages?${query}`);
    this.dispatchEvent(new CustomEvent("fetched", { detail: messages }));
    return messages;
  }

  #again() {
    this.older.again();
    this.newer.again();
  }

  #changed() {
    this.older.isOpen = this.hasOlder;
    this.beginning.hidden = this.hasOlder;
    this.newer.isOpen = !this.isWhole;
    this.timeline.list.toggleAttribute("data-partial", !this.isWhole);
    this.dispatchEvent(new CustomEvent("changed"));
  }
}
