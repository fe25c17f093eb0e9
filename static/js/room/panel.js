/** The panel beside the room. What its forms do, without leaving the page, is loaded when it is used. */

import { lazy } from "../lib/lazy.js";
import { roomStore } from "../lobby/store.js";
import { element, on, setText } from "../lib/page.js";

const FORMS = "#members, #level, #invite, #rename";

export class Panel {
  /** Called with who has come in, once the forms are loaded. */
  memberJoined = (/** @type {import("../lib/types.js").Member} */ _member) => {};

  /**
   * @param {import("./timeline.js").Timeline} timeline
   * @param {import("./members.js").Members} members
   * @param {import("../lib/types.js").RoomData} data
   * @param {import("../lib/types.js").Translate} t
   */
  constructor(timeline, members, data, t) {
    Object.assign(this, { members, data });
    this.forms = lazy(
      () => import("./panel_forms.js"),
      (it) => new it.PanelForms(this, t),
      () => setText(element("people-note"), t("no_connection")),
    );
    // It may be chosen in another tab.
    on(roomStore, "change", () => {
      const { level } = roomStore.find(data.room_id) ?? data;
      if (level !== data.level) this.forms((forms) => forms.showLevel(level));
    });
    members.fetched = ({ name, role }) => {
      this.setName(name);
      this.setRole(role);
    };
    const blocked = lazy(
      () => import("./blocked_messages.js"),
      (it) => new it.BlockedMessages(timeline, members),
    );
    if (roomStore.blocked.size) blocked(() => {});
    on(roomStore, "blocks", () => blocked((it) => it.update()));
    const panel = element("people");
    on(panel, "submit", (event) => this.#submitted(event));
    const field = panel.querySelector("#invite [name=username]");
    // It has the role of a combobox from the start: a screen reader announces it by that.
    Object.assign(field ?? {}, { role: "combobox", ariaAutoComplete: "list", ariaExpanded: "false" });
    if (field) on(field, "focus", () => this.forms((forms) => forms.suggestNames(field)));
  }

  /** @param {string} role mine, now */
  setRole(role) {
    if (role !== this.data.role) this.forms((forms) => forms.roleChanged(role));
  }

  /** A direct conversation has the name of the other one, which the members' list shows. */
  setName(name) {
    const isShown = element("room-name").textContent === name || this.data.kind === "direct";
    if (!isShown) this.forms((forms) => forms.showName(name));
  }

  #submitted(event) {
    const { target, submitter } = event;
    const id = target.closest(FORMS)?.id;
    if (!id || /^(username|ban)$/.test(submitter?.name)) return; // It opens another page.
    event.preventDefault();
    this.forms((forms) => forms[id](target, submitter));
  }
}
