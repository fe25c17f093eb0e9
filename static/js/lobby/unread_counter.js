/** What is unread in one room: what the server counted at some moment, and what came above that. */

/** So many message ids are kept apart. */
const MAX_TRACKED = 500;
/** Pages show "99+": how much more it is does not matter. */
const MAX_SHOWN = 100;

export class UnreadCounter {
  /** @type {Map<number, number>} the authors by message id, above the base, in whatever order they came */
  #authors = new Map();
  /** Those of them that mention me. */
  #mentioned = new Set();
  #baseCount = 0;
  #baseMentions = 0;
  #base = 0;
  /** The highest message id known of. */
  revision = 0;
  /** As of this change of the room these two are so: the latest message that is not deleted. */
  change = 0;
  /** @type {string | null} */
  last_message_at = null;
  /** @type {any} */
  last_message;
  /** Runs while a message id is missing. */
  timer = 0;

  /** @param {(author: number) => boolean} isCounted whether their messages are unread to me; not of nobody, 0 */
  constructor(isCounted) {
    this.isCounted = isCounted;
  }

  /** @param {any} item what the server says of the room; what came above its revision is kept */
  reset(item) {
    const { revision, unread_count, mention_count } = item;
    this.#keepLatest(item);
    this.#baseCount = unread_count;
    this.#baseMentions = mention_count;
    this.#base = revision;
    for (const id of this.#authors.keys()) if (id <= revision) this.#authors.delete(id);
    this.#advance(revision);
  }

  /**
   * Each process of the server tells of what came to it: lower ids may come after higher ones.
   * What is mentioned or removed at or below the base is told by the server, which counts again.
   * @param {{messages: [number, number][], removed?: number[], last_message_at: string, change?: number,
   *   last_message?: any}} activity message ids and authors
   * @param {number[]} mentioned the ids of those that mention me
   * @returns {[number, number][]} what was not known before
   */
  add(activity, mentioned) {
    const { messages, removed = [] } = activity;
    this.#keepLatest(activity);
    const fresh = messages.filter(([id]) => !this.#authors.has(id));
    for (const id of mentioned) this.#mentioned.add(id);
    for (const [id, author] of fresh) {
      if (id > this.#base) this.#authors.set(id, author);
      this.#advance(id);
    }
    // Of nobody: neither unread nor missing.
    for (const id of removed) if (id > this.#base) this.#authors.set(id, 0);
    if (this.#authors.size > MAX_TRACKED) this.reset(this);
    return fresh;
  }

  get unread_count() {
    return this.#baseCount + this.#unread.length;
  }

  get mention_count() {
    return this.#baseMentions + this.#unread.filter((id) => this.#mentioned.has(id)).length;
  }

  /** The ids above the base that are unread to me. */
  get #unread() {
    return [...this.#authors.keys()].filter((id) => this.isCounted(this.#authors.get(id) ?? 0));
  }

  /** The first message id that was neither counted nor told of, or 0. */
  get missing() {
    let id = this.#base + 1;
    while (this.#authors.has(id)) id += 1;
    return id > this.revision || this.unread_count >= MAX_SHOWN ? 0 : id;
  }

  /** What comes late tells of an earlier moment; what is about other messages, of none. */
  #keepLatest({ last_message, last_message_at, change = last_message?.change ?? 0 }) {
    if (change >= this.change) Object.assign(this, { change, last_message, last_message_at });
  }

  #advance(id) {
    this.revision = Math.max(id, this.revision);
  }
}
