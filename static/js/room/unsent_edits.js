/** Edits that the server has refused, with their texts: beside what the message says now, where that is another. */

import { cloneTemplate, element, on, query, setText } from "../lib/page.js";
import { copy } from "../lib/clipboard.js";
import { toast } from "../dialogs/toast.js";

export class UnsentEdits {
  /** @type {Map<string, HTMLElement>} by client_id */
  #items = new Map();

  /**
   * @param {import("./outbox.js").Outbox} outbox
   * @param {import("./composer.js").Composer} composer
   * @param {import("../lib/types.js").Translate} t
   */
  constructor(outbox, composer, t) {
    Object.assign(this, { outbox, composer, t });
    this.section = element("unsent");
    on(this.section, "click", ({ target }) => this.#clicked(target));
  }

  /** @param {any[]} commands those of the outbox, as they are now */
  show(commands) {
    const failed = commands.filter(({ failure }) => failure);
    const wasEmpty = this.#items.size === 0;
    for (const [clientId, item] of this.#items) {
      if (failed.some(({ client_id }) => client_id === clientId)) continue;
      item.remove();
      this.#items.delete(clientId);
    }
    for (const each of failed) this.#draw(each);
    this.section.hidden = failed.length === 0;
    // It may stand above what is in view of a screen reader.
    if (wasEmpty && failed.length) this.section.focus();
  }

  #draw({ client_id, command, failure, current, code }) {
    const item = this.#items.get(client_id) ?? cloneTemplate("unsent-template");
    item.dataset.clientId = client_id;
    setText(query(item, ".unsent-reason"), failure);
    setText(query(item, ".unsent-mine"), command.message);
    query(item, ".unsent-other").hidden = !current;
    setText(query(item, ".unsent-current"), current?.message ?? "");
    query(item, "[data-unsent=send]").hidden = ["gone", "not_author", "too_late"].includes(code);
    if (!this.#items.has(client_id)) query(this.section, "ul").append(item);
    this.#items.set(client_id, item);
  }

  #clicked(target) {
    const { unsent } = target.closest("[data-unsent]")?.dataset ?? {};
    if (!unsent) return;
    const { clientId } = target.closest(".unsent-edit").dataset;
    const { command, current } = this.outbox.commands.find(({ client_id }) => client_id === clientId);
    if (unsent === "copy") return copy(command.message).then(() => toast(this.t("copied")));
    const fields = current ? { base: current.change } : {};
    this.outbox.failures((it) => (unsent === "send" ? it.retry(clientId, fields) : it.discard(clientId)));
    this.composer.focus();
  }
}
