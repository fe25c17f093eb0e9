/**
 * Makes sure that the page has what the server has. On every beat it asks for a sum of the numbers of the last
 * changes of the latest messages; where its own is another one, what it holds is fetched anew.
 */

import { on } from "../lib/page.js";

/** In milliseconds. */
const BEAT = 45_000;
const BEAT_ON_RETURN = 10_000;
/** How long frames may be on their way, or wait for what shows them. */
const GRACE = 5_000;
const ASK_AGAIN = 2_000;
/** The most questions of one beat. */
const MAX_QUESTIONS = 4;
/** The most messages in a sum, as on the server. */
const MAX_MESSAGES = 256;

/** Dispatches `changed`. */
export class DigestCheck extends EventTarget {
  /** Whether the server had the same, when it was last asked; what came since has come without a gap. */
  isConfirmed = false;
  #isAtEnd = false;
  /** The first message of the sum that was asked for. */
  #first = 0;
  #askedAt = 0;
  #questions = 0;
  /** @type {{change: number, first: number, sum: number} | null} the answer, until it is compared */
  #answer = null;
  #timer = 0;
  /** How often in a row the sums were not the same. */
  #differences = 0;

  /**
   * @param {import("../net/socket.js").Connection} connection
   * @param {import("./history.js").History} history
   */
  constructor(connection, history) {
    super();
    Object.assign(this, { connection, history });
    on(connection, "frame", ({ detail }) => this.#heard(detail));
    on(connection, "state", () => !connection.isOnline && this.#set(false));
    on(history, "changed", () => this.#moved());
    on(document, "visibilitychange", () => this.check(BEAT_ON_RETURN));
    setInterval(() => this.check(), BEAT);
    this.#moved();
  }

  /** A beat, where the last one is so long ago, in milliseconds. */
  check(age = 0) {
    if (document.visibilityState !== "visible" || Date.now() - this.#askedAt < age) return;
    this.#questions = this.#differences = 0;
    if (this.history.needsRepair) this.#repair();
    else this.#ask();
  }

  /** What was found to be missing could not be fetched when it was. */
  #repair() {
    const { pages, scroll } = this.history;
    this.#askedAt = Date.now();
    pages((it) => it.repair(scroll.isNearEnd)).catch(() => {});
  }

  /** Back at the end of the history, what is shown there has come otherwise than by the stream. */
  #moved() {
    const wasAtEnd = this.#isAtEnd;
    this.#isAtEnd = this.history.store.isAtEnd && !this.history.isRepairing;
    if (!this.#isAtEnd || wasAtEnd) return;
    this.#set(false);
    this.check();
  }

  #ask() {
    const { connection, history } = this;
    const { isAtEnd, oldest, change } = history.store;
    if (!isAtEnd || history.isRepairing || change === null || this.#questions >= MAX_QUESTIONS) return;
    this.#questions += 1;
    this.#first = oldest;
    this.#answer = null;
    if (connection.send({ type: "mark_read", message_id: 0, digest: this.#first })) this.#askedAt = Date.now();
  }

  #heard({ type, digest }) {
    if (type === "ready") this.check();
    if (digest) this.#answered(digest);
    // What this frame is about is shown by then.
    if (this.#answer) setTimeout(() => this.#compare());
  }

  #answered(digest) {
    this.#answer = digest;
    // Then what it tells of was lost: nothing has followed by which that could be seen.
    setTimeout(() => {
      if (this.#answer === digest && this.history.store.change < digest.change) this.connection.restart();
    }, GRACE);
  }

  #compare() {
    const { store } = this.history;
    const answer = this.#answer;
    if (!answer || store.change === null || store.change < answer.change) return;
    this.#answer = null;
    // The page has moved elsewhere, or gone on, meanwhile.
    if (!store.isAtEnd || store.oldest > this.#first) return;
    if (store.change > answer.change) return this.#askAgain();
    if (isSame(store, this.#first, answer)) return this.#set(true);
    this.#set(false);
    this.#differs();
  }

  /** Once it may be a change that is not shown yet. Twice, what is shown is fetched, once a beat. */
  #differs() {
    this.#differences += 1;
    if (this.#differences !== 2) return this.#askAgain();
    this.history.pages((it) => it.restore()).then(() => this.#ask(), () => {});
  }

  #askAgain() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), ASK_AGAIN);
  }

  #set(isConfirmed) {
    this.isConfirmed = isConfirmed;
    this.dispatchEvent(new Event("changed"));
  }
}

/**
 * Whether the sum of what is loaded, from this message on, is that of the server.
 * @param {import("./message_store.js").MessageStore} store
 * @param {number} from
 * @param {{first: number, sum: number}} digest
 */
function isSame(store, from, { first, sum }) {
  const ids = [];
  for (let id = store.newest; id >= from && ids.length < MAX_MESSAGES; id -= 1) if (store.get(id)) ids.push(id);
  const total = ids.reduce((all, id) => all + (store.get(id)?.change ?? 0), 0);
  // A last message that is not there was never posted: the next one will have its id. Of all others it may be that none is shown.
  const isLast = ids.length === 0 || ids[0] === store.newest;
  return total % 2 ** 32 === sum && (ids.at(-1) ?? 0) === first && isLast;
}
