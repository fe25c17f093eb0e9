/** Parts of the page for files, which are fetched when they are first used. */

import { addStyleSheet } from "../lib/style_sheet.js";

const PATH = "/file-tools";

/** @type {Promise<HTMLElement> | undefined} */
let tools;

/**
 * @returns {Promise<any>} #file-tools, with its templates and texts, and #lightbox beside it
 * @throws {Error} where there is no connection, or no login any more
 */
export function fileTools() {
  tools ??= load();
  tools.catch(() => (tools = undefined));
  return tools;
}

async function load() {
  const response = await fetch(PATH, { redirect: "error" });
  if (!response.ok) throw new Error(`${PATH}: ${response.status}`);
  document.body.insertAdjacentHTML("beforeend", await response.text());
  const found = /** @type {HTMLElement} */ (document.getElementById("file-tools"));
  await addStyleSheet(found.dataset.sheet ?? "");
  return found;
}

/**
 * A text of the tools.
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export function fill(text, values) {
  return text.replace(/%\((\w+)\)s/g, (_, name) => String(values[name]));
}
