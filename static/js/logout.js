/** Logging out takes along what this browser keeps of the user. */

import { forgetDrafts } from "./drafts.js";
import { part } from "./page.js";
import { forgetTyped } from "./storage.js";

const form = part(document, "form[data-logout]");
const user = Number(form.dataset.logout);
const tabs = new BroadcastChannel("logout");

tabs.onmessage = ({ data }) => forgetTyped(data);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  leave();
});

async function leave() {
  form.dataset.leaving = "";
  // The other tabs leave their pages as soon as the login has ended.
  tabs.postMessage(user);
  const answer = await fetch(form.action, { method: "POST" }).catch(() => null);
  // Without a network nobody is logged out, and nothing may be lost: the browser says so.
  if (!answer?.ok) return form.submit();
  forgetTyped(user);
  await forgetDrafts(user);
  location.assign(answer.url);
}
