/** What is done to log out. */

import { run } from "./drafts.js";
import { forgetTyped } from "./storage.js";

/**
 * @param {HTMLFormElement} form
 * @param {BroadcastChannel} tabs the others of this browser
 */
export async function leave(form, tabs) {
  const user = Number(form.dataset.logout);
  // The other tabs leave their pages as soon as the login has ended.
  tabs.postMessage(user);
  const answer = await fetch(form.action, { method: "POST" }).catch(() => null);
  // Without a network nobody is logged out, and nothing may be lost: the browser says so.
  if (!answer?.ok) return form.submit();
  forgetTyped(user);
  await forgetDrafts(user);
  location.assign(answer.url);
}

/** What waits to be sent, in all rooms. */
async function forgetDrafts(user) {
  await run("readwrite", (store) => {
    const found = store.index("place").openCursor(IDBKeyRange.bound([user], [user, []]));
    found.onsuccess = () => {
      found.result?.delete();
      found.result?.continue();
    };
    return found;
  });
}
