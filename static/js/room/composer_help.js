/** What helps while one writes: names and emoji to choose from, and a question before all are notified. */

import { isSure } from "../dialogs/question.js";
import { lazy } from "../lib/lazy.js";
import { element, on, query } from "../lib/page.js";
import { toast } from "../dialogs/toast.js";
import { mayMentionAll, namesAll } from "./mentions.js";

export class ComposerHelp {
  /**
   * @param {import("./composer.js").Composer} composer
   * @param {import("./message_store.js").MessageStore} store
   * @param {import("./members.js").Members} members
   */
  constructor(composer, store, members) {
    Object.assign(this, { composer, members });
    this.completion = lazy(
      () => import("./completion.js"),
      (it) => new it.Completion(composer, store, members),
    );
    on(composer.field, "input", () => this.#offer());
    // While this was loaded somebody may have begun to type; a draft alone asks for nothing.
    const isUsed = navigator.userActivation?.hasBeenActive ?? true;
    if (isUsed && document.activeElement === composer.field) this.#offer();
  }

  /** Send what is written, if so many people are to be notified. */
  async sendToAll() {
    const { composer, members } = this;
    const { value } = composer.field;
    const isRefused = this.#isNew(value) && !mayMentionAll(members);
    if (this.#isNew(value) && !isRefused && !(await this.#isSure())) return;
    // What was asked about is what is sent.
    if (composer.field.value === value) composer.submit(true);
    if (isRefused) toast(members.t("all_refused", { count: members.data.limits.mention_all_members }));
  }

  #offer() {
    if (/[@:]/.test(this.composer.field.value)) this.completion(() => {});
  }

  /** Whether it notifies all, and has not done so before it was edited. */
  #isNew(text) {
    return namesAll(text) && !namesAll(this.composer.context.edit?.text ?? "");
  }

  #isSure() {
    const { members } = this;
    const count = members.all.length - 1;
    // To one person all is written.
    if (count < 1 || members.data.kind === "direct") return true;
    const dialog = element("sure-all");
    query(dialog, "h2").textContent = members.t("notify_all", { count });
    return isSure(dialog);
  }
}
