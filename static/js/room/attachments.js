/** Files that go with the next message: chosen, pasted or dropped, shown above the field until they are sent. */

import { OutboxStorage } from "../net/outbox_storage.js";
import { cloneTemplate, element, on, query, setText } from "../lib/page.js";
import { fileTools, fill } from "./file_tools.js";
import { weight } from "./message_files.js";
import { newId } from "./outbox.js";
import { extension, preview } from "./previews.js";

/** @typedef {import("../lib/types.js").Upload} Upload */

export class Attachments {
  /** @type {Upload[]} in their order, each with its number in the browser's database */
  #files = [];
  /** @type {Upload[]} given to the outbox, which may not have them on the disk yet */
  #sent = [];

  /**
   * @param {any} tools
   * @param {import("./composer.js").Composer} composer
   * @param {import("./outbox.js").Outbox} outbox
   * @param {OutboxStorage} storage
   */
  constructor(tools, composer, outbox, storage) {
    Object.assign(this, { tools, composer, outbox, storage });
    this.list = cloneTemplate("attachments-template");
    on(this.list, "click", ({ target }) => this.#clicked(target.closest("button")));
    on(this.list, "input", ({ target }) => this.#described(target));
    on(composer, "message", ({ detail }) => detail.edit || this.#taken());
    on(outbox, "waiting", () => this.#forgetSent());
    this.#restore();
  }

  /** What an earlier page has kept. */
  async #restore() {
    const kept = /** @type {any[]} */ ((await this.storage.all()) ?? []);
    const sent = new Set(this.outbox.all.flatMap(({ uploads = [] }) => uploads.map(({ key }) => key)));
    for (const each of kept) {
      if (sent.has(each.key)) this.storage.remove(each);
      else this.#show(each);
    }
    this.#changed();
  }

  /** @param {{file: File, alt?: string}[]} files */
  async add(files) {
    const { most, bytesMax, tooMany, tooLarge, unreadable } = this.tools.dataset;
    for (const { file, alt = "" } of files) {
      if (this.#files.length >= Number(most)) {
        this.composer.showError(tooMany);
        break;
      }
      if (file.size > Number(bytesMax)) {
        this.composer.showError(fill(tooLarge, { name: file.name }));
        continue;
      }
      if (!(await isReadable(file))) {
        this.composer.showError(fill(unreadable, { name: file.name }));
        continue;
      }
      /** @type {Upload} */
      const upload = { key: newId(), file, alt };
      this.#show(upload);
      this.#changed();
      upload.number = await this.storage.add(/** @type {any} */ (upload));
    }
    this.#announce();
  }

  /** To screen readers, where the focus stays at the button: it worked, and this is attached now. */
  #announce() {
    const names = this.#files.map(({ file }) => file.name).join(", ");
    const textContent = `${this.list.ariaLabel}: ${names}`;
    if (names) element("news").replaceChildren(Object.assign(document.createElement("p"), { textContent }));
  }

  #show(upload) {
    const { file, alt, key } = upload;
    const item = cloneTemplate("attachment-template");
    const { remove, describe } = this.list.dataset;
    item.dataset.key = key;
    setText(query(item, ".file-name"), file.name);
    setText(query(item, ".file-size"), weight(file.size));
    const field = /** @type {HTMLInputElement} */ (query(item, "input"));
    Object.assign(field, { value: alt, hidden: true, ariaLabel: fill(describe, { name: file.name }) });
    query(item, "button").ariaLabel = fill(remove, { name: file.name });
    setText(query(item, ".attachment-preview"), extension(file));
    preview(file).then((canvas) => {
      if (!canvas) return;
      query(item, ".attachment-preview").replaceChildren(canvas);
      field.hidden = false;
    });
    this.list.append(item);
    this.#files.push(upload);
  }

  #described({ value, parentElement }) {
    const upload = this.#find(parentElement);
    if (!upload) return;
    upload.alt = value;
    this.#changed();
    this.storage.update(/** @type {any} */ (upload));
  }

  #clicked(button) {
    const upload = button && this.#find(button);
    if (!upload) return;
    this.#files = this.#files.filter((each) => each !== upload);
    this.storage.remove(/** @type {any} */ (upload));
    button.closest("li").remove();
    this.#changed();
    this.composer.focus();
  }

  #find(element) {
    const { key } = element.closest("li").dataset;
    return this.#files.find((each) => each.key === key);
  }

  #changed() {
    this.composer.uploads = this.#files.map(({ key, file, alt }) => ({ key, file, alt }));
    if (!this.#files.length) this.list.remove();
    // What is moved loses its focus.
    else if (!this.list.isConnected) this.composer.field.before(this.list);
  }

  #taken() {
    this.#sent.push(...this.#files);
    this.#files = [];
    this.list.replaceChildren();
    this.#changed();
  }

  /** The message cannot be sent: what it was to have is here again. */
  putBack() {
    for (const each of this.#sent.splice(0)) this.#show(each);
    this.#changed();
  }

  /** What the outbox has, need not be kept here any more. */
  #forgetSent() {
    const kept = new Set(this.outbox.all.flatMap(({ uploads = [], number }) => (number ? uploads.map(({ key }) => key) : [])));
    const [gone, rest] = [true, false].map((isKept) => this.#sent.filter(({ key }) => kept.has(key) === isKept));
    this.#sent = rest;
    for (const each of gone) this.storage.remove(/** @type {any} */ (each));
  }
}

/** A folder can be dropped, and is none. */
function isReadable(file) {
  return file.slice(0, 1).arrayBuffer().then(() => true, () => false);
}

/**
 * Beside the messages that wait: what is kept under this name is no message yet.
 * @param {import("./outbox.js").Outbox} outbox
 * @param {number} [thread] the message that it begins with; none for the room's own field
 */
export function keptFiles({ storage }, thread) {
  const { user, room } = storage.owner;
  return new OutboxStorage(user, /** @type {any} */ (["files", room, thread].join(" ").trim()));
}

/**
 * @param {import("./composer.js").Composer} composer
 * @param {import("./outbox.js").Outbox} outbox
 * @param {OutboxStorage} storage where they are kept
 */
export async function attachments(composer, outbox, storage) {
  return new Attachments(await fileTools(), composer, outbox, storage);
}
