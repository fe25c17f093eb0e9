/** Says whether the page has every message: their numbers have no gaps, so it can tell. */

import { on, tell } from "./page.js";

/**
 * @param {HTMLElement} line
 * @param {import("./history.js").History} history
 * @param {import("./socket.js").Connection} connection
 * @param {import("./types.js").Say} say
 */
export function proveCompleteness(line, history, connection, say) {
  const show = () => {
    const [key, from, to] = state(history, connection.isOnline);
    line.dataset.state = key;
    tell(line, say(key, { from, to, head: history.head }));
  };
  on(history, "changed", show);
  on(connection, "state", show);
  show();
}

/** The key of the text, and the numbers in it. */
function state({ head, isWhole, isRepairing, timeline: { oldest, newest, hole } }, isOnline) {
  if (hole) return ["repairing", hole, newest];
  if (isWhole) return [isOnline ? "complete" : "complete_so_far", oldest, newest];
  return isRepairing ? ["repairing", newest + 1, head] : ["stretch", oldest, newest];
}
