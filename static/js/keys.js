/** The way into the messages by keyboard: what goes on from one to the next is loaded there. */

import { atFirstFocus } from "./lazily.js";

/**
 * @param {import("./history.js").History} history
 * @param {{open: (message: HTMLElement) => void, leave: () => void}} acts
 */
export function offerKeys(history, acts) {
  const { box } = history.scroll;
  // Until then the box itself is the stop of the Tab key, and its keys scroll it.
  atFirstFocus(box, async ({ target }) => {
    const { Roving } = await import("./roving.js");
    const roving = new Roving(history, acts);
    if (target === box && box.matches(":focus-visible")) roving.enter();
  });
}
