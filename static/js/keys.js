/** The keys that lead through the messages; what follows them is loaded when somebody comes there. */

import { lazily } from "./lazily.js";

const KEYS = ["ArrowUp", "ArrowDown", "Home", "End", "Enter", "Escape"];

/**
 * @param {import("./history.js").History} history
 * @param {{open: (message: HTMLElement) => void, leave: () => void}} acts
 */
export function offerKeys(history, acts) {
  const { box, list } = history.scroll;
  const roving = lazily(
    () => import("./roving.js"),
    ({ Roving }) => new Roving(history, acts),
  );
  // At first the box itself is the stop of the Tab key; from then on it is one of its messages.
  box.addEventListener("focusin", ({ target }) => {
    roving((it) => target === box && box.matches(":focus-visible") && it.enter());
  });
  list.addEventListener("keydown", (event) => {
    const { target, key } = event;
    const isPlain = !(event.ctrlKey || event.altKey || event.metaKey || event.shiftKey);
    if (!target.matches(".post") || !isPlain || !KEYS.includes(key)) return;
    event.preventDefault();
    roving((it) => it.keys[key](target.closest(".message")));
  });
}
