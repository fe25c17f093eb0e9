/** Messages that the server has refused, or that are not to be sent any more. Loaded with the first one. */

export class OutboxFailures {
  /** @param {import("./outbox.js").Outbox} outbox */
  constructor(outbox) {
    this.outbox = outbox;
  }

  /**
   * The server will not have it, or not yet.
   * @param {{client_id: string, code: string, retry_after?: number, current?: object}} frame
   * @param {string} reason
   * @returns {boolean} whether it is given up: nothing of it is kept
   */
  refused({ client_id, code, retry_after = 0, current }, reason) {
    const { outbox } = this;
    const message = outbox.get(client_id);
    if (!message) return false;
    if (code === "slow_mode") { // Edits and deletions need not wait behind it.
      outbox.slowUntil = Date.now() + retry_after * 1000;
      outbox.answered(client_id);
      return false;
    }
    if (retry_after) {
      outbox.resumeLater(retry_after * 1000 * (1 + Math.random()));
      return false;
    }
    const isKept = !message.command || message.command.type === "edit_message";
    if (isKept) this.setFailure(Object.assign(message, { code, current }), reason);
    else outbox.forget(client_id);
    if (!message.command) outbox.dispatch("failed", message);
    outbox.answered(client_id);
    return !isKept;
  }

  /** With nothing as its failure it is to be sent again. */
  setFailure(message, failure) {
    message.failure = failure;
    if (!message.command) this.outbox.store.putPending(message);
    this.outbox.changed();
    return this.outbox.storage.update(message);
  }

  /**
   * Nothing can be sent here any more.
   * @param {string} reason
   */
  giveUp(reason) {
    for (const message of this.outbox.all) if (!message.failure) this.setFailure(message, reason);
  }

  /** @param {HTMLElement} button of a message */
  clicked(button) {
    const { action } = button.dataset;
    const { clientId } = button.closest(".message").dataset;
    // The button goes away.
    if (action === "retry") button.closest(".post").focus();
    this[action](clientId);
  }

  /**
   * Send again what was refused.
   * @param {string} clientId
   * @param {object} fields of its command that are others now
   */
  async retry(clientId, fields = {}) {
    const { outbox } = this;
    const message = outbox.get(clientId);
    if (!message) return;
    if (message.command) Object.assign(message.command, fields);
    // What it replied to is gone.
    if (message.code === "gone") delete message.reply_to;
    await this.setFailure(message, "");
    outbox.sendNext();
  }

  /** @param {string} [clientId] */
  discard(clientId = "") {
    const { outbox } = this;
    const message = outbox.get(clientId);
    if (!message) return;
    // It waits for an owner, who would let through what is taken back here.
    if (message.code === "held") {
      fetch(`/api/rooms/${outbox.storage.owner.room}/held/${clientId}`, { method: "DELETE" }).catch(() => {});
    }
    outbox.forget(clientId);
    outbox.store.removePending(clientId);
    if (!message.command) outbox.dispatch("discarded", message.text);
    if (message.uploads) outbox.dispatch("uploads", message.uploads);
  }
}
