/** What was written in another browser, in whose place the text of this one is stored: it is offered here. */

import { element, on, query, setText } from "../lib/page.js";
import { readSession, writeSession } from "../lib/storage.js";

export class OtherDraft {
  #text = "";

  /**
   * @param {import("./composer.js").Composer} composer
   * @param {string} draftKey of the room
   * @param {() => void} answered called when it has been taken, or is not wanted
   */
  constructor(composer, draftKey, answered) {
    this.key = `${draftKey}:other`;
    this.notice = element("other-draft");
    on(this.notice, "click", ({ target }) => {
      const { other } = target.closest("[data-other]")?.dataset ?? {};
      // The field may have an edit, which has to be over first.
      if (other === "take" && composer.draftKey === draftKey) composer.restore(this.#text);
      else if (other !== "discard") return;
      this.#show("");
      composer.focus();
      answered();
    });
    this.#show(readSession(this.key));
  }

  /** @param {string} text which another one that is offered already stands before */
  offer(text) {
    if (!this.#text.includes(text)) this.#show([this.#text, text].filter(Boolean).join("\n"));
  }

  #show(text) {
    this.#text = text;
    writeSession(this.key, text);
    setText(query(this.notice, ".other-draft-text"), text);
    this.notice.hidden = text === "";
  }
}
