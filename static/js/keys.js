/** The keys that lead through the messages; what follows them is loaded when somebody comes there. */

import { lazily } from "./lazily.js";
import { on, parts } from "./page.js";

const KEYS = /^(Arrow(Up|Down)|Home|End|Enter|Escape)$/;

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
  // The first stop of the Tab key; from then on it is what is in view.
  let stop = parts(list, ".post").at(-1);
  if (stop) stop.tabIndex = 0;
  on(box, "focusin", ({ target }) => {
    const isEntered = (target === box || target === stop) && target.matches(":focus-visible");
    roving((it) => {
      if (stop) stop.tabIndex = -1;
      stop = undefined;
      it.begin(isEntered);
    });
  });
  on(list, "keydown", (event) => {
    const { target, key } = event;
    const isPlain = !(event.ctrlKey || event.altKey || event.metaKey || event.shiftKey);
    if (!target.matches(".post") || !isPlain || !KEYS.test(key)) return;
    event.preventDefault();
    // Where the focus is by then: while this loads, several keys may be pressed.
    roving((it) => it.keys[key]((list.querySelector(".post:focus") ?? target).closest(".message")));
  });
}
