/** Files under messages: what shows them is loaded with the first that the server has not rendered. */

import { on } from "../lib/page.js";
import { addStyleSheet } from "../lib/style_sheet.js";

/** @typedef {import("../lib/types.js").FileView} FileView */

/** The page has it only where the server has rendered files. */
export const SHEET = new URL("../../css/files.css", import.meta.url).href;

export class FileParts {
  /** @type {Map<HTMLElement, FileView[]>} what is to be shown when it can be */
  #waiting = new Map();
  /** @type {Promise<void> | undefined} */
  #loading;
  /** @type {typeof import("./message_files.js") | undefined} once it is loaded */
  #made;

  /**
   * @param {import("./timeline.js").Timeline} timeline
   * @param {(change: () => void) => void} preserve changes the timeline without moving what is read
   */
  constructor(timeline, preserve) {
    this.preserve = preserve;
    on(timeline.list, "click", (event) => this.#clicked(event));
  }

  /**
   * @param {HTMLElement} item a message
   * @param {FileView[]} files
   */
  show(item, files) {
    if (this.#made) return this.#made.showFiles(item, files);
    if (JSON.stringify(files) === JSON.stringify(readFiles(item) ?? [])) return;
    this.#waiting.set(item, files);
    this.#loading ??= this.#load();
  }

  async #load() {
    const loaded = import("./message_files.js");
    await addStyleSheet(SHEET);
    const made = await loaded.catch(() => undefined);
    this.#loading = undefined;
    if (!made) return;
    this.#made = made;
    this.preserve(() => this.#waiting.forEach((files, item) => made.showFiles(item, files)));
    this.#waiting.clear();
  }

  #clicked(event) {
    const link = event.target.closest(".file-picture");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    import("./lightbox.js").then((it) => it.open(link), () => location.assign(link.href));
  }
}

/**
 * @param {HTMLElement} item a message
 * @returns {FileView[] | undefined} as the server has rendered them
 */
export function readFiles(item) {
  const list = /** @type {HTMLElement | null} */ (item.querySelector(".files:not(.uploads > *)"));
  return list ? JSON.parse(list.dataset.files ?? "[]") : undefined;
}
