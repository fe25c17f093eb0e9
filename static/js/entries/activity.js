/** The page of activity: what is new comes in by itself; where somebody reads further down, when they ask for it. */

import { element, on, query, queryAll, setText, translator } from "../lib/page.js";
import { isPageFocused, onPageFocusChange } from "../lib/page_focus.js";
import { showTimes } from "../lib/times.js";
import { roomStore } from "../lobby/store.js";

/** In milliseconds: what happens at once is one request. */
const DELAY = 300;
/** After these frames of the lobby the list may be another one. */
const TYPES = ["activity", "blocks", "ready", "refresh", "room_joined", "room_left"];

const list = element("activity");
const note = element("new-note");
const button = element("new-entries");
const words = translator({ new: button.dataset.new ?? "" });
let timer = 0;
let requests = 0;
let fresh = list;

showTimes(list);
if (list.dataset.url) {
  on(roomStore, "frame", ({ detail }) => isConcerned(detail) && refreshSoon());
  onPageFocusChange(() => isPageFocused() && refreshSoon());
  on(button, "click", () => {
    put();
    query(list, "a").focus();
  });
}

/** Everybody is mentioned, or what is shown was deleted; of all else a frame of its own tells. */
function isConcerned({ type, room_id, mentions = [], removed = [] }) {
  const isShown = (id) => list.querySelector(`[data-room-id="${room_id}"][data-message-id="${id}"]`);
  return TYPES.includes(type) || mentions.some(([, user]) => !user) || removed.some(isShown);
}

function refreshSoon() {
  timer ||= setTimeout(() => {
    timer = 0;
    refresh().catch(() => {});
  }, DELAY);
}

async function refresh() {
  const request = ++requests;
  // Not the page to log in, where the login has ended.
  const response = await fetch(list.dataset.url ?? "", { redirect: "error" });
  if (!response.ok || request !== requests) return;
  fresh = new DOMParser().parseFromString(await response.text(), "text/html").body;
  const shown = new Set(ids(list));
  const count = ids(fresh).filter((id) => !shown.has(id)).length;
  const text = count ? words("new", { count }) : "";
  const isAtTop = list.getBoundingClientRect().top > 0 && !list.contains(document.activeElement);
  const isPut = !count || isAtTop;
  if (isPut) put();
  else setText(button, text);
  setText(note, isPut ? text : "");
  button.hidden = isPut;
}

/** Show what has been fetched; the focus stays on its entry. */
function put() {
  const focused = document.activeElement?.closest("[data-id]")?.getAttribute("data-id");
  list.replaceChildren(...fresh.childNodes);
  showTimes(list);
  const item = focused && list.querySelector(`[data-id="${focused}"] a`);
  if (item instanceof HTMLElement) item.focus();
  button.hidden = true;
}

function ids(root) {
  return queryAll(root, "[data-id]").map((item) => item.dataset.id);
}
