/** The fold with what has changed since the last visit, which the server has rendered. */

import { on, query, queryAll } from "../lib/page.js";
import { diffNodes } from "./word_diff.js";

/**
 * @param {HTMLElement} fold
 * @param {import("./message_store.js").MessageStore} store
 */
export function enhance(fold, store) {
  for (const text of queryAll(fold, ".version")) compareWords(text);
  // The timeline keeps to its end: what is opened moves up, and may move out of view.
  on(query(fold, "details"), "toggle", () => query(fold, "summary").scrollIntoView({ block: "nearest" }));
  const steps = ["previousElementSibling", "nextElementSibling"];
  const neighbours = steps.map((step) => neighbour(fold, step)).filter(Boolean);
  on(store, "remove", () => {
    // Between other messages it would tell of another time.
    if (!neighbours.every((each) => each.isConnected)) fold.remove();
  });
}

/** The server has compared all from the first word that differs to the last one. */
function compareWords(text) {
  const [before, after] = ["del", "ins"].map((tag) => text.querySelector(tag));
  if (!before || !after) return;
  before.replaceWith(...diffNodes(before.textContent, after.textContent));
  after.remove();
}

/** The message that is nearest, before the fold or after it. */
function neighbour(fold, step) {
  let item = fold[step];
  while (item && !item.matches(".message")) item = item[step];
  return item;
}
