/** The page of an export, or of something else that takes long: how far it has got, until it is ready. */

import { query } from "../lib/page.js";

const SECONDS = 2;
const shown = document.querySelector("[data-progress]");

if (shown) setTimeout(look, SECONDS * 1000);

async function look() {
  const answer = await fetch(shown.dataset.progress).catch(() => null);
  if (answer?.ok) {
    const state = await answer.json();
    if (!["waiting", "running"].includes(state.state)) return location.reload();
    if (state.total) tell(state);
  } else if (answer && answer.status < 500) return location.reload();
  setTimeout(look, SECONDS * 1000);
}

function tell({ progress, total }) {
  Object.assign(query(shown, "progress"), { max: total, value: progress });
  const told = shown.querySelector("[data-told]");
  if (told) told.textContent = told.dataset.told.replace("{progress}", progress).replace("{total}", total);
}
