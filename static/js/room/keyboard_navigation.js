/** The keys that move through the messages; what handles them is loaded when the focus comes there. */

import { lazy } from "../lib/lazy.js";
import { hasModifier, on } from "../lib/page.js";

const KEYS = /^(Arrow(Up|Down)|Home|End|Enter|Escape)$/;

/**
 * @param {import("./history.js").History} history
 * @param {{open: (message: HTMLElement) => void, leave: () => void}} actions
 */
export function enableKeyboardNavigation(history, actions) {
  const { timeline: { list }, scroll: { box } } = history;
  const roving = lazy(
    () => import("./roving_focus.js"),
    (it) => new it.RovingFocus(history, actions),
  );
  // The first tab stop is the last message; from then on it is what is in view.
  let stop, isLoaded, entry;
  const setStop = () => {
    if (stop) stop.tabIndex = -1;
    stop = !isLoaded && list.querySelector(":last-child>.post");
    if (stop) stop.tabIndex = 0;
  };
  setStop();
  on(history.store, "add remove", setStop);
  on(box, "focusin", ({ target, relatedTarget }) => {
    // What is loaded here may come late: the focus has gone on to a button of the message by then, or back from it.
    entry = [box, stop].includes(target) && !box.contains(relatedTarget) && target.matches(":focus-visible");
    roving((it) => {
      isLoaded = true;
      setStop();
      it.enter(entry && target.matches(":focus"));
    });
  });
  on(list, "keydown", (event) => {
    const { target, key } = event;
    if (hasModifier(event) || !KEYS.test(key) || !target.matches(".post")) return;
    event.preventDefault();
    // Where the focus is by then: while this loads, several keys may be pressed.
    roving((it) => it.keys[key]((list.querySelector(".post:focus") ?? target).closest(".message")));
  });
}
