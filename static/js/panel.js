/** The panel beside the room: its forms do their work without leaving the page. */

import { ApiError, post, send } from "./api.js";
import { rooms } from "./lobby.js";
import { complain, element, part, parts, tell, toLogin } from "./page.js";
import { Suggestions } from "./suggest.js";
import { shownName } from "./text.js";
import { nameTab } from "./title.js";

const NOTE_SECONDS = 6;
const DONE = { owner: "made_owner", member: "made_member", removed: "has_been_removed" };

export class Panel {
  #timer = 0;

  /**
   * @param {import("./members.js").Members} members
   * @param {import("./types.js").RoomData} data
   * @param {import("./types.js").Say} say
   */
  constructor(members, data, say) {
    this.members = members;
    this.data = data;
    this.say = say;
    this.path = `/api/rooms/${data.room_id}`;
    this.#onSubmit("members", (form, button) => this.#act(form, button));
    this.#onSubmit("mute", (_, button) => this.#mute(button));
    this.#onSubmit("invite", (form) => this.#invite(form.elements.username));
    this.#onSubmit("rename", (form) => this.#rename(form.elements.name));
    // Also when it was muted in another tab.
    rooms.addEventListener("change", () => {
      this.#showMuted(rooms.find(data.room_id)?.is_muted ?? data.is_muted);
    });
    const field = document.querySelector("#invite [name=username]");
    if (field) new Suggestions(field, { isWanted: ({ id }) => !members.knows(id) });
  }

  /** What the server tells about the room, by the type of frame. */
  get news() {
    return {
      member_joined: ({ member }) => this.members.add(member),
      member_left: ({ user_id }) => this.members.remove(user_id),
      member_role: ({ user_id, role }) => this.#appointed(user_id, role),
      room_renamed: ({ name }) => this.#renamed(name),
    };
  }

  /** @type {(id: string, act: (form: any, button: any) => Promise<void>) => void} */
  #onSubmit(id, act) {
    document.getElementById(id)?.addEventListener("submit", async (event) => {
      const { target, submitter } = event;
      if (submitter?.name === "username") return; // It leads to another page.
      event.preventDefault();
      await act(target, submitter);
    });
  }

  /** Make somebody an owner or a mere member, or remove them. */
  async #act(form, button) {
    const item = form.closest("li");
    const path = `${this.path}/members/${item.dataset.userId}`;
    const name = part(item, "bdi").textContent ?? "";
    const isRole = button.name === "role";
    await this.#try(async () => {
      await (isRole ? send("PATCH", path, { role: button.value }) : send("DELETE", path));
      part(item, "summary").click();
      part(isRole ? item : neighbour(item), "summary, .person-line").focus();
      this.#note(this.say(DONE[isRole ? button.value : "removed"], { name }));
      await this.members.refresh();
    });
  }

  async #mute(button) {
    const isMuted = button.value === "true";
    await this.#try(async () => {
      await send("PUT", `${this.path}/mute`, { is_muted: isMuted });
      this.#showMuted(isMuted);
    });
  }

  /** @param {boolean} isMuted */
  #showMuted(isMuted) {
    const button = part(element("mute"), "button");
    button.setAttribute("aria-checked", String(isMuted));
    button.value = String(!isMuted);
    element("muted-mark").hidden = !isMuted;
    this.data.is_muted = isMuted;
  }

  async #invite(field) {
    const username = field.value.trim();
    if (!username) return field.focus();
    await this.#try(async () => {
      const person = await post(`${this.path}/members`, { username });
      field.value = "";
      this.#note(this.say("has_been_added", { name: shownName(person) }));
      await this.members.refresh();
    }, field);
  }

  async #rename(field) {
    await this.#try(async () => {
      const { name } = await send("PATCH", this.path, { name: field.value });
      this.#renamed(name);
      field.closest("details").querySelector("summary").click();
      field.closest("details").querySelector("summary").focus();
    }, field);
  }

  /** Do it; what goes wrong is said beside the field, or in the line of notes. */
  async #try(work, field) {
    try {
      await work();
      if (field) complain(field, "");
    } catch (problem) {
      const text = this.#explain(problem, field?.value.trim());
      if (field) complain(field, text);
      else this.#note(text);
    }
  }

  #explain(problem, username = "") {
    if (!(problem instanceof ApiError)) return this.say("no_connection");
    if (problem.status === 401) toLogin();
    const text = this.say(`error_${problem.code}`, { username });
    return text === `error_${problem.code}` ? problem.message : text;
  }

  #note(text) {
    tell(element("people-note"), text);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => tell(element("people-note"), ""), NOTE_SECONDS * 1000);
  }

  #appointed(userId, role) {
    this.members.update(userId, { role });
    if (userId !== this.data.user_id || role === this.data.role) return;
    this.data.role = role;
    for (const each of parts(document, ".for-owners")) each.hidden = role !== "owner";
    this.members.rebuild();
  }

  #renamed(name) {
    tell(element("room-name"), name);
    element("main").setAttribute("aria-label", name);
    element("new-name").value = name;
    nameTab(name);
  }
}

/** Where the focus goes when this one is gone. */
function neighbour(item) {
  return item.nextElementSibling ?? item.previousElementSibling;
}
