/** The numbers of a room's changes: from where to resume, and whether one is missing. */

/** They name a change that another frame is about. */
const REFERRING = ["done", "message_sent", "ready"];

export class ChangeStream {
  /** The room's latest message when what was missed was asked for. */
  resumedAt = 0;
  /** Whether the server has refused to resume: there was too much. */
  #isTooFarBehind = false;

  /** @param {import("./message_store.js").MessageStore} store */
  constructor(store) {
    this.store = store;
  }

  /** From the last change on; with a server that counts none, from the last message on. */
  get query() {
    const { change, revision } = this.store;
    this.resumedAt = revision;
    return change === null ? `after=${revision}` : `since=${change}`;
  }

  /**
   * Live, changes are numbered without gaps. What is resumed has only the last one of each thing.
   * @param {any} frame
   * @param {boolean} isLive
   * @returns {boolean} whether nothing is missing before it
   */
  accept(frame, isLive) {
    const { store } = this;
    const { type, change, from = change, message_id } = frame;
    if (frame.code === "too_far_behind") this.#isTooFarBehind = true;
    if (!change || store.change === null || REFERRING.includes(type)) return true;
    // Messages alone are fetched by the history, which knows their ids.
    const messages = type === "chat_message" ? Math.max(0, message_id - store.revision - 1) : 0;
    if (isLive && from - store.change - 1 > messages) return false;
    store.change = Math.max(store.change, change);
    return true;
  }

  /**
   * The server says that this was all.
   * @param {{change?: number}} frame
   * @returns {boolean} whether it was
   */
  caughtUp({ change }) {
    const { store } = this;
    const isComplete = !this.#isTooFarBehind && (store.change === null || store.change >= change);
    store.change = change ?? null;
    this.#isTooFarBehind = false;
    return isComplete;
  }
}
