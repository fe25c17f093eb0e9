/** What is to be done to messages that are stored: asked for here, kept and sent by the outbox. */

import { newId } from "./outbox.js";

/** @typedef {import("../lib/types.js").Command} Command */

export class Commands {
  /**
   * @param {import("./outbox.js").Outbox} outbox
   * @param {(commands: any[]) => void} show
   */
  constructor(outbox, show) {
    this.outbox = outbox;
    this.show = show;
    addEventListener("pagehide", () => this.#hurry());
  }

  /**
   * @param {Command} command
   * @param {number} [delay] in milliseconds: so long it can be undone, while the page is there
   */
  change(command, delay = 0) {
    return this.outbox.add({ client_id: newId(), command, due: Date.now() + delay });
  }

  /** @param {number} messageId that is to be deleted, and now is not */
  undo(messageId) {
    const isMeant = ({ command }) => command.type === "delete_message" && command.message_id === messageId;
    this.outbox.failures((it) => it.discard(this.outbox.commands.find(isMeant)?.client_id));
  }

  /**
   * A command is carried out. What follows it was written knowing that.
   * @param {{client_id?: string, change: number}} frame
   */
  done({ client_id = "", change }) {
    const { commands, storage } = this.outbox;
    const { type, message_id } = commands.find((each) => each.client_id === client_id)?.command ?? {};
    for (const next of type === "edit_message" ? commands : []) {
      if (next.command.type !== type || next.command.message_id !== message_id) continue;
      next.command.base = change;
      storage.update(next);
    }
    this.outbox.stored(client_id);
  }

  /** The page goes, and with it the chance to undo. Without a network it is done at the next visit. */
  #hurry() {
    const { commands, storage } = this.outbox;
    for (const { command, due } of commands) {
      const path = `/api/rooms/${storage.owner.room}/messages/${command.message_id}`;
      if (due > Date.now()) fetch(path, { method: "DELETE", keepalive: true }).catch(() => {});
    }
  }
}
