/** The page of the server: its numbers are those of now, for as long as it is seen. */

import { query } from "../lib/page.js";

const SECONDS = 5;
setTimeout(look, SECONDS * 1000);

async function look() {
  if (!document.hidden) await renew().catch(() => {});
  setTimeout(look, SECONDS * 1000);
}

async function renew() {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = query(document, "#system");
  const next = query(page, "#system");
  // Nothing goes away under somebody's finger.
  if (now.contains(document.activeElement)) return;
  for (const each of now.querySelectorAll("[data-user]:has([open])")) {
    next.querySelector(`[data-user="${each.dataset.user}"] details`)?.setAttribute("open", "");
  }
  now.replaceWith(next);
}
