/** Logs out, and clears what this browser stores of the user. */

import { runTransaction } from "./outbox_storage.js";
import { forgetLosses } from "./connection_log.js";
import { clearDrafts } from "../lib/storage.js";

/**
 * @param {HTMLFormElement} form
 * @param {BroadcastChannel} tabs the others of this browser
 */
export async function logOut(form, tabs) {
  const user = Number(form.dataset.logout);
  // The other tabs leave their pages as soon as the login has ended.
  tabs.postMessage(user);
  const answer = await fetch(form.action, { method: "POST" }).catch(() => null);
  // Without a network nobody is logged out, and nothing may be lost: the browser says so.
  if (!answer?.ok) return form.submit();
  await clearStored(user);
  location.assign(answer.url);
}

/** @param {number} user */
export async function clearStored(user) {
  clearDrafts(user);
  forgetLosses();
  await clearOutbox(user);
}

/** What waits to be sent, in all rooms. */
async function clearOutbox(user) {
  await runTransaction("readwrite", (store) => {
    const found = store.index("place").openCursor(IDBKeyRange.bound([user], [user, []]));
    found.onsuccess = () => {
      found.result?.delete();
      found.result?.continue();
    };
    return found;
  });
}
