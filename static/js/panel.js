/** The panel beside the room. What its forms do, without leaving the page, is loaded when it is used. */

import { lazily } from "./lazily.js";
import { rooms } from "./lobby.js";
import { element, on, part, tell } from "./page.js";
import { nameTab } from "./title.js";

const FORMS = "#members, #mute, #invite, #rename";

export class Panel {
  /**
   * @param {import("./members.js").Members} members
   * @param {import("./types.js").RoomData} data
   * @param {import("./types.js").Say} say
   */
  constructor(members, data, say) {
    this.members = members;
    this.data = data;
    this.forms = lazily(
      () => import("./panel_forms.js"),
      ({ PanelForms }) => new PanelForms(this, say),
      () => tell(element("people-note"), say("no_connection")),
    );
    // Also when it was muted in another tab.
    on(rooms, "change", () => {
      this.showMuted(rooms.find(data.room_id)?.is_muted ?? data.is_muted);
    });
    const panel = element("people");
    on(panel, "submit", (event) => this.#submitted(event));
    const field = panel.querySelector("#invite [name=username]");
    if (field) this.#offerNames(field);
  }

  /** What the server tells about the room, by the type of frame. */
  get news() {
    return {
      member_joined: ({ member }) => this.members.add(member),
      member_left: ({ user_id }) => this.members.remove(user_id),
      member_role: ({ user_id, role }) => {
        this.members.update(user_id, { role });
        if (user_id === this.data.user_id) this.forms((forms) => forms.appointed(role));
      },
      room_renamed: ({ name }) => this.renamed(name),
    };
  }

  #submitted(event) {
    const { target, submitter } = event;
    const id = target.closest(FORMS)?.id;
    if (!id || submitter?.name === "username") return; // It leads to another page.
    event.preventDefault();
    this.forms((forms) => forms[id](target, submitter));
  }

  /** It is a combobox from the start: who hears the page hears what it is going to be. */
  #offerNames(field) {
    Object.assign(field, { role: "combobox", ariaAutoComplete: "list", ariaExpanded: "false" });
    const names = lazily(
      () => import("./suggest.js"),
      ({ Suggestions }) =>
        new Suggestions(field, { isWanted: ({ id }) => !this.members.knows(id) }),
    );
    on(field, "focus", () => names(() => {}));
  }

  /** @param {boolean} isMuted */
  showMuted(isMuted) {
    const button = part(element("mute"), "button");
    button.setAttribute("aria-checked", isMuted);
    button.value = !isMuted;
    element("muted-mark").hidden = !isMuted;
    this.data.is_muted = isMuted;
  }

  /** @param {string} name */
  renamed(name) {
    tell(element("room-name"), name);
    element("main").setAttribute("aria-label", name);
    element("new-name").value = name;
    nameTab(name);
  }
}
