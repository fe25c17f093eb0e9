/** When connections of this tab were lost, by which close code, and until when: for the page of the connection. */

import { on } from "../lib/page.js";
import { readSession, writeSession } from "../lib/storage.js";

const KEY = "lost-connections";
const MOST = 20;

/** @typedef {{ path: string, at: number, code: number, back?: number }} Loss times are in milliseconds since 1970 */

/** @returns {Loss[]} the latest last */
export function losses() {
  return JSON.parse(readSession(KEY) || "[]");
}

/** The next user of this tab has other ones. */
export function forgetLosses() {
  writeSession(KEY, "");
}

/** @param {import("./socket.js").Connection} connection whose losses are noted from now on */
export function noteLosses(connection) {
  let isOnline = connection.isOnline;
  if (connection.code) note(connection.code);
  on(connection, "state", () => {
    if (isOnline && !connection.isOnline) note(connection.code);
    else if (!isOnline && connection.isOnline) noteReturn();
    isOnline = connection.isOnline;
  });

  function path() {
    return connection.path().split("?")[0];
  }

  function note(code) {
    keep([...losses(), { path: path(), at: Date.now(), code }]);
  }

  function noteReturn() {
    const all = losses();
    const last = all.findLast((each) => each.path === path() && !each.back);
    if (last) last.back = Date.now();
    keep(all);
  }
}

function keep(all) {
  writeSession(KEY, JSON.stringify(all.slice(-MOST)));
}
