/** Forms that a passkey fills in: to log in, to confirm that it is oneself, to add another one, to make an account. */

import { ApiError } from "../net/api.js";
import { send } from "../net/send.js";
import { query, queryAll } from "../lib/page.js";

const KINDS = { create: "parseCreationOptionsFromJSON", get: "parseRequestOptionsFromJSON" };

if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) queryAll(document, "form[data-passkey]").forEach(enable);

function enable(form) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void fill(form);
  });
}

async function fill(form) {
  const button = query(form, "button[type=submit]");
  const field = query(form, "[name=credential]");
  form.querySelector("[data-passkey-error]")?.remove();
  button.disabled = true;
  try {
    field.value = JSON.stringify(await ask(form.dataset, newName(form)));
    form.submit();
  } catch (problem) {
    if (problem instanceof ApiError && problem.code === "confirmation_required") {
      location.assign(`/confirm?next=${encodeURIComponent(location.pathname)}`);
      return;
    }
    form.append(errorLine(explain(form.dataset, problem)));
  }
  button.disabled = false;
}

/** What somebody who makes an account has typed into the page's other form; undefined elsewhere. */
function newName(form) {
  if (!("forNew" in form.dataset)) return undefined;
  const field = form.querySelector("[name=username]") ?? document.createElement("input");
  const { value } = query(document, "#username");
  Object.assign(field, { type: "hidden", name: "username", value });
  form.append(field);
  return value;
}

/** @returns {Promise<PublicKeyCredential>} which JSON.stringify knows how to write */
async function ask({ passkey, options, ticket, invite }, username) {
  const about = username === undefined ? {} : { username, invite: invite || null };
  const asked = await send("POST", options, ticket ? { ticket } : about);
  const publicKey = PublicKeyCredential[KINDS[passkey]](asked);
  return navigator.credentials[passkey]({ publicKey });
}

/** Made when there is something to say: an empty alert is one that readers of the page come upon. */
function errorLine(text) {
  const line = document.createElement("p");
  line.className = "field-error";
  line.dataset.passkeyError = "";
  line.setAttribute("role", "alert");
  line.textContent = text;
  return line;
}

function explain({ failed, address, known }, problem) {
  if (problem instanceof ApiError) return problem.message;
  if (problem.name === "SecurityError") return address;
  return problem.name === "InvalidStateError" ? known : failed;
}
