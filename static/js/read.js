/** Tells the server what has been read: only what was on the screen of somebody looking at it. */

import { isLooking, onLooking } from "./looking.js";

const PAUSE = 250;

export class Reader {
  #timer = 0;
  #isHeld = false;

  /**
   * @param {import("./socket.js").Connection} connection
   * @param {import("./timeline.js").Timeline} timeline
   * @param {import("./scroll.js").Scroll} scroll
   * @param {number} lastRead the cursor that the server knows
   */
  constructor(connection, timeline, scroll, lastRead) {
    this.connection = connection;
    this.timeline = timeline;
    this.scroll = scroll;
    this.told = lastRead;
    this.confirmed = lastRead;
    scroll.addEventListener("moved", () => this.look());
    onLooking(() => this.look());
  }

  /** Something may have come into view. A burst of messages is told of once. */
  look() {
    this.#timer ||= setTimeout(() => {
      this.#timer = 0;
      this.#tell();
    }, PAUSE);
  }

  /**
   * The server has moved my cursor.
   * @param {number | undefined} number
   */
  acknowledged(number) {
    this.confirmed = Math.max(this.confirmed, number ?? this.told);
  }

  /** A new connection: what the last one did not confirm is said again. */
  again() {
    this.told = Math.min(this.told, this.confirmed);
    this.look();
  }

  /**
   * Marked as unread: nothing is read until I say something.
   * @param {number} number the first message that is unread again
   */
  hold(number) {
    this.#isHeld = true;
    this.told = this.confirmed = number - 1;
  }

  release() {
    this.#isHeld = false;
    this.look();
  }

  #tell() {
    if (!isLooking() || this.#isHeld) return;
    const newest = this.timeline.lastOfOthers(this.scroll.lastSeen);
    if (newest <= this.told) return;
    if (this.connection.send({ type: "mark_read", message_id: newest })) this.told = newest;
  }
}
