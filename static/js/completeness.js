/** Says whether the page has every message: their numbers have no gaps, so it can tell. */

import { tell } from "./page.js";

/**
 * @param {HTMLElement} line
 * @param {import("./history.js").History} history
 * @param {import("./types.js").Say} say
 */
export function proveCompleteness(line, history, say) {
  const show = () => {
    const [key, from, to] = state(history);
    line.dataset.state = key;
    tell(line, say(key, { from, to, head: history.head }));
  };
  history.addEventListener("changed", show);
  show();
}

/** The key of the text, and the numbers in it. */
function state({ head, isWhole, isRepairing, timeline: { oldest, newest, hole } }) {
  if (hole) return ["repairing", hole, newest];
  if (isWhole) return ["complete", oldest, newest];
  return isRepairing ? ["repairing", newest + 1, head] : ["stretch", oldest, newest];
}
