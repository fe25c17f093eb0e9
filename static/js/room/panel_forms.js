/** The forms of the panel beside the room, each a method by its id, and who may use them. */

import { send } from "../net/send.js";
import { searchPeople } from "../net/people.js";
import { isSure } from "../dialogs/question.js";
import { Combobox } from "../lib/combobox.js";
import { setFieldError, element, on, query, queryAll, setText } from "../lib/page.js";
import { fullName } from "./ambiguous_names.js";
import { errorText } from "./error_text.js";
import { showWritingRules } from "./writing_rules.js";
import { setPageTitle } from "../lobby/tab_title.js";

const NOTE_SECONDS = 6;
const DONE = { owner: "event_owner", member: "event_member", removed: "has_been_removed" };

export class PanelForms {
  #timer = 0;
  /** @type {Combobox | undefined} */
  #combobox;
  /** Who has just been invited, as the note says. */
  #invited = 0;

  /**
   * @param {import("./panel.js").Panel} panel
   * @param {import("../lib/types.js").Translate} t
   */
  constructor(panel, t) {
    this.panel = panel;
    this.t = t;
    this.path = `/api/rooms/${panel.data.room_id}`;
    on(element("people"), "input", ({ target }) => forgetError(target));
    panel.memberJoined = ({ id }) => id === this.#invited && this.#showNote("");
  }

  /**
   * Suggest people as names are typed.
   * @param {any} field
   */
  suggestNames(field) {
    // While this was loaded somebody may have begun to type.
    if (field.value !== field.defaultValue) forgetError(field);
    const isOutside = ({ id }) => !this.panel.members.has(id);
    const search = async (text) => (await searchPeople(text)).filter(isOutside);
    this.#combobox ??= new Combobox(field, { search });
  }

  /** Make somebody an owner or a mere member, or remove them. */
  async members(form, button) {
    const item = form.closest("li");
    const name = query(item, "bdi").textContent ?? "";
    if (button.name === "block") return this.#block(item, Boolean(button.value), name);
    const path = `${this.path}/members/${item.dataset.userId}`;
    const isRole = button.name === "role";
    if (!(await isSureOf(isRole ? button.value : "remove", name))) return;
    // The frame that they are gone may be faster than the answer.
    const next = isRole ? item : (item.nextElementSibling ?? item.previousElementSibling);
    await this.#submit(async () => {
      await (isRole ? send("PATCH", path, { role: button.value }) : send("DELETE", path + reason()));
      item.querySelector("summary")?.click();
      next?.querySelector("summary, .person-line")?.focus();
      this.#showNote(this.t(DONE[isRole ? button.value : "removed"], { name }));
      await this.panel.members.refresh();
    });
  }

  /** The lobby's socket tells of it, then their messages are folded. */
  async #block(item, isOn, name) {
    await this.#submit(async () => {
      await send(isOn ? "PUT" : "DELETE", `/api/blocks/${item.dataset.userId}`);
      item.querySelector("summary")?.click();
      item.querySelector("summary")?.focus();
      this.#showNote(this.t(isOn ? "has_been_blocked" : "has_been_unblocked", { name }));
    });
  }

  /** Choose what of the room I want to be told of. */
  async level(_, button) {
    await this.#submit(async () => {
      await send("PUT", `${this.path}/level`, { level: button.value });
      this.showLevel(button.value);
    });
  }

  /** @param {"all" | "mentions" | "nothing"} level */
  showLevel(level) {
    for (const button of queryAll(element("level"), "button")) {
      const isChosen = button.value === level;
      button.ariaPressed = String(isChosen);
      if (isChosen) setText(element("level-name"), button.textContent ?? "");
    }
    element("muted-mark").hidden = level !== "nothing";
    this.panel.data.level = level;
  }

  async invite({ elements: { username: field } }) {
    const username = field.value.trim();
    if (!username) return field.focus();
    await this.#submit(async () => {
      const person = await send("POST", `${this.path}/members`, { username });
      field.value = "";
      const key = person.is_invited ? "has_been_invited" : "has_been_added";
      this.#showNote(this.t(key, { name: fullName({ ...person, user_id: person.id }) }));
      if (person.is_invited) this.#invited = person.id;
      await this.panel.members.refresh();
    }, field);
  }

  async rename({ elements: { name: field } }) {
    await this.#submit(async () => {
      const { name } = await send("PATCH", this.path, { name: field.value });
      this.showName(name);
      field.closest("details").querySelector("summary").click();
      field.closest("details").querySelector("summary").focus();
    }, field);
  }

  /** @param {string} name of the room */
  showName(name) {
    setText(element("room-name"), name);
    element("main").setAttribute("aria-label", name);
    element("new-name").value = name;
    setPageTitle(name);
  }

  /**
   * I have another role: other things can be done about people now.
   * @param {"owner" | "member"} role
   */
  roleChanged(role) {
    const { data, members } = this.panel;
    data.role = role;
    for (const each of queryAll(document, ".for-owners")) each.hidden = role !== "owner";
    showWritingRules(data, this.t);
    members.memberList((list) => {
      list.clear();
      members.show();
    });
  }

  /** Do it; an error is shown beside the field, or in the line of notes. */
  async #submit(work, field) {
    this.#showNote("");
    try {
      await work();
      if (field) setFieldError(field, "");
    } catch (problem) {
      const text = errorText(problem, this.t, field?.value.trim());
      if (field) setFieldError(field, text);
      else this.#showNote(text);
    }
  }

  #showNote(text) {
    this.#invited = 0;
    setText(element("people-note"), text);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => setText(element("people-note"), ""), NOTE_SECONDS * 1000);
  }
}

/** What was wrong is not what is being typed now. */
function forgetError(field) {
  field.form.querySelector(".form-error")?.remove();
  if (field.ariaInvalid) setFieldError(field, "");
}

/**
 * Ask once more about what cannot be undone, or may be turned against who did it.
 * @param {string} what
 * @param {string} name whom it is about
 */
/** Why somebody is removed, as it was typed into the dialog that has asked. */
function reason() {
  const field = document.querySelector("#sure-remove [name=reason]");
  return field?.value.trim() ? `?reason=${encodeURIComponent(field.value)}` : "";
}

function isSureOf(what, name) {
  const dialog = document.getElementById(`sure-${what}`);
  if (!dialog) return true;
  query(dialog, "bdi").textContent = name;
  query(dialog, "form").reset();
  return isSure(dialog);
}
