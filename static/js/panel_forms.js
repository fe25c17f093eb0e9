/** The forms of the panel beside the room, each a method by its id, and who may use them. */

import { ApiError, send } from "./api.js";
import { complain, element, part, parts, tell, toLogin } from "./page.js";
import { shownName } from "./text.js";

const NOTE_SECONDS = 6;
const DONE = { owner: "made_owner", member: "made_member", removed: "has_been_removed" };

export class PanelForms {
  #timer = 0;

  /**
   * @param {import("./panel.js").Panel} panel
   * @param {import("./types.js").Say} say
   */
  constructor(panel, say) {
    this.panel = panel;
    this.say = say;
    this.path = `/api/rooms/${panel.data.room_id}`;
  }

  /** Make somebody an owner or a mere member, or remove them. */
  async members(form, button) {
    const item = form.closest("li");
    const path = `${this.path}/members/${item.dataset.userId}`;
    const name = part(item, "bdi").textContent ?? "";
    const isRole = button.name === "role";
    // The news that they are gone may be faster than the answer.
    const next = isRole ? item : (item.nextElementSibling ?? item.previousElementSibling);
    await this.#try(async () => {
      await (isRole ? send("PATCH", path, { role: button.value }) : send("DELETE", path));
      item.querySelector("summary")?.click();
      next?.querySelector("summary, .person-line")?.focus();
      this.#note(this.say(DONE[isRole ? button.value : "removed"], { name }));
      await this.panel.members.refresh();
    });
  }

  async mute(_, button) {
    const isMuted = button.value === "true";
    await this.#try(async () => {
      await send("PUT", `${this.path}/mute`, { is_muted: isMuted });
      this.panel.showMuted(isMuted);
    });
  }

  async invite({ elements: { username: field } }) {
    const username = field.value.trim();
    if (!username) return field.focus();
    await this.#try(async () => {
      const person = await send("POST", `${this.path}/members`, { username });
      field.value = "";
      this.#note(this.say("has_been_added", { name: shownName(person) }));
      await this.panel.members.refresh();
    }, field);
  }

  async rename({ elements: { name: field } }) {
    await this.#try(async () => {
      const { name } = await send("PATCH", this.path, { name: field.value });
      this.panel.renamed(name);
      field.closest("details").querySelector("summary").click();
      field.closest("details").querySelector("summary").focus();
    }, field);
  }

  /**
   * I have another role: what can be done about people is another now.
   * @param {"owner" | "member"} role
   */
  appointed(role) {
    const { data, members } = this.panel;
    if (role === data.role) return;
    data.role = role;
    for (const each of parts(document, ".for-owners")) each.hidden = role !== "owner";
    members.people((people) => {
      people.clear();
      members.show();
    });
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
}
