/** What is unread in one room: what the server counted at some moment, and what was said above that. */

/** So many numbers are kept apart. */
const MOST = 500;
/** Pages say "99+": how much more it is does not matter. */
const ENOUGH = 100;

export class Tally {
  /** @type {Map<number, number>} who said what was told of above the base, in whatever order */
  #heard = new Map();
  #counted = 0;
  #base = 0;
  /** The highest number known of, and when that was. */
  revision = 0;
  /** @type {string | null} */
  last_message_at = null;
  /** Runs while a number is missing. */
  timer = 0;

  /** @param {number} me */
  constructor(me) {
    this.me = me;
  }

  /** @param {any} item what the server says of the room; what was told after that is kept */
  take({ revision, unread_count, last_message_at }) {
    this.#counted = unread_count;
    this.#base = revision;
    for (const number of this.#heard.keys()) if (number <= revision) this.#heard.delete(number);
    this.#reach(revision, last_message_at);
  }

  /**
   * Each process of the server tells of what came to it: lower numbers may come after higher ones.
   * @param {{messages: [number, number][], last_message_at: string}} activity numbers and authors
   * @returns {[number, number][]} what was not told of before
   */
  hear({ messages, last_message_at }) {
    const fresh = messages.filter(([number]) => !this.#heard.has(number));
    for (const [number, author] of fresh) {
      if (number > this.#base) this.#heard.set(number, author);
      this.#reach(number, last_message_at);
    }
    if (this.#heard.size > MOST) this.take(this);
    return fresh;
  }

  get unread_count() {
    return this.#counted + [...this.#heard.values()].filter((author) => author !== this.me).length;
  }

  /** The first number that was neither counted nor told of, or 0. */
  get missing() {
    let number = this.#base + 1;
    while (this.#heard.has(number)) number += 1;
    return number > this.revision || this.unread_count >= ENOUGH ? 0 : number;
  }

  #reach(number, at) {
    if (number < this.revision) return;
    this.revision = number;
    this.last_message_at = at;
  }
}
