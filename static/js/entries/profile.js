/** The choices of look and language: saved as soon as they are made. */

import { ApiError } from "../net/api.js";
import { send } from "../net/send.js";
import { element, query, setText, redirectToLogin } from "../lib/page.js";
import { showTimes } from "../lib/times.js";

const page = document.documentElement;
const form = element("look-form");
const error = element("look-error");

showTimes(document);
form.addEventListener("change", ({ target }) => save(target));
// After a choice that changed the whole page, go on from where it was made.
const choice = document.getElementById(location.hash.slice(1));
if (choice?.matches(".choice")) query(choice, ":checked").focus();

async function save(target) {
  const { name, value } = target;
  if (name === "theme") applyTheme(value);
  try {
    await send("PATCH", "/api/profile", { [name]: value });
    error.hidden = true;
  } catch (problem) {
    if (problem instanceof ApiError && problem.status === 401) return redirectToLogin();
    setText(error, form.dataset.failed ?? "");
    error.hidden = false;
    return;
  }
  if (!target.matches(".choice *") || name === "theme") return;
  history.replaceState(null, "", `#${name}`);
  location.reload();
}

function applyTheme(theme) {
  if (theme) page.dataset.theme = theme;
  else delete page.dataset.theme;
}
