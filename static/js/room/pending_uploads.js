/** The files of a message that waits for them: as they will be shown, with how far they have got. */

import { cloneTemplate, on, query, setText } from "../lib/page.js";
import { addStyleSheet } from "../lib/style_sheet.js";
import { SHEET } from "./file_parts.js";
import { fileTools } from "./file_tools.js";
import { weight } from "./message_files.js";
import { preview } from "./previews.js";

/** @type {Promise<void> | undefined} */
let styled;

/**
 * @param {HTMLElement} item the message
 * @param {import("../lib/types.js").PendingMessage} message
 * @param {{progress?: number, note: string, cancel: () => void, pause: () => void}} state how much of it is sent, from 0 to 1; the name of a text
 */
export async function showUpload(item, { uploads = [], failure, isPaused = false }, { progress, note, ...acts }) {
  styled ??= addStyleSheet(SHEET);
  const [tools] = await Promise.all([fileTools(), styled]).catch(() => []);
  if (!tools || item.dataset.messageId) return;
  const box = item.querySelector(".uploads") ?? begin(item, uploads, acts);
  query(box, ".upload").hidden = Boolean(failure);
  const bar = /** @type {HTMLProgressElement} */ (query(box, "progress"));
  if (progress !== undefined) bar.value = progress;
  const pause = query(box, "[data-act=pause]");
  setText(pause, tools.dataset[isPaused ? "resume" : "pause"]);
  setText(query(box, ".upload-note"), note ? tools.dataset[note] : "");
}

function begin(item, uploads, acts) {
  const box = document.createElement("div");
  box.className = "uploads";
  const list = document.createElement("ul");
  list.className = "files";
  list.append(...uploads.map(({ file, alt }) => shown(file, alt)));
  const state = cloneTemplate("upload-template");
  on(state, "click", ({ target }) => acts[target.dataset.act]?.());
  query(state, "progress").ariaLabel = uploads.map(({ file }) => file.name).join(", ");
  box.append(list, state);
  query(item, ".text").after(box);
  return box;
}

function shown(file, alt) {
  const [line, card, name, size] = ["li", "span", "bdi", "span"].map((tag) => document.createElement(tag));
  Object.assign(card, { className: "file-card" }).append(name, " ", size);
  Object.assign(name, { className: "file-name" }).append(file.name);
  Object.assign(size, { className: "file-size" }).append(weight(file.size));
  line.append(card);
  preview(file).then((canvas) => {
    if (!canvas) return;
    Object.assign(canvas, { role: "img", ariaLabel: alt || file.name });
    line.replaceChildren(canvas);
  });
  return line;
}
