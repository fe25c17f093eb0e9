/** The page of the connection: how long a word takes there and back, what was lost, what waits. */

import { copy } from "../lib/clipboard.js";
import { element, on, query, redirectToLogin, setText } from "../lib/page.js";
import { losses } from "../net/connection_log.js";
import { runTransaction } from "../net/outbox_storage.js";
import { Connection } from "../net/socket.js";

const SECONDS = 2;
const MOST = 20;

const page = element("connection-page");
const texts = page.dataset;
const user = Number(texts.user);
const time = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "short", timeStyle: "medium" });
const connection = new Connection(user, () => "/ws/", { type: "ping" }, "/api/session");
/** @type {number[]} the latest round trips, in milliseconds */
let trips = [];
let sentAt = 0;

on(connection, "state", () => setText(element("connection-state"), texts[connection.state] ?? ""));
on(connection, "frame", ({ detail }) => detail.type === "pong" && answered());
on(connection, "final", ({ detail }) => detail === 4401 && redirectToLogin());
on(element("connection-copy"), "click", ({ target }) => copyAll(target.closest("button")));
connection.open();
look();

function look() {
  if (!document.hidden && !sentAt && connection.send({ type: "ping" })) sentAt = performance.now();
  if (!connection.isOnline) sentAt = 0;
  showLosses();
  showWaiting();
  setTimeout(look, SECONDS * 1000);
}

function answered() {
  if (!sentAt) return;
  trips = [...trips, performance.now() - sentAt].slice(-MOST);
  sentAt = 0;
  const sorted = [...trips].sort((one, other) => one - other);
  const [median = 0, worst = 0] = [sorted[sorted.length >> 1], sorted.at(-1)];
  const numbers = { last: trips.at(-1) ?? 0, median, worst };
  const text = Object.entries(numbers).reduce(
    (so, [name, value]) => so.replace(`%(${name})s`, value.toFixed(value < 10 ? 1 : 0)),
    texts.trip ?? "",
  );
  setText(element("connection-trip"), text);
}

/** In words; a code that has none is its number. */
function reason(code) {
  const known = page.querySelector(`[data-code="${code}"]`)?.textContent ?? texts.unknown ?? "";
  return code ? `${known} (${code})` : known;
}

function lossText({ path, at, code, back }) {
  const room = /\d+/.exec(path)?.[0];
  const where = room ? `${texts.room} ${room}` : texts.beside;
  const until = back ? `${((back - at) / 1000).toFixed(1)} ${texts.seconds}` : texts.still;
  return `${time.format(at)}, ${where}: ${reason(code)}. ${until}`;
}

function showLosses() {
  const all = losses().toReversed();
  fill("connection-losses", all.map(lossText), texts.none);
}

async function showWaiting() {
  const found = await runTransaction("readonly", (store) =>
    store.index("place").getAll(IDBKeyRange.bound([user], [user, []])),
  );
  const rooms = new Map();
  for (const { room } of found ?? []) rooms.set(room, (rooms.get(room) ?? 0) + 1);
  const lines = [...rooms].map(([room, count]) => `${texts.room} ${room}: ${count}`);
  fill("connection-waiting", lines, texts.nothing);
}

function fill(id, lines, otherwise) {
  const list = element(id);
  const shown = lines.length ? lines : [otherwise];
  if (shown.join("\n") === [...list.children].map((each) => each.textContent).join("\n")) return;
  list.replaceChildren(...shown.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
}

async function copyAll(button) {
  const lines = page.innerText.split("\n").filter((line) => line.trim() && line !== button.innerText);
  await copy([...lines, location.origin, navigator.userAgent, new Date().toISOString()].join("\n"));
  setText(query(button, "span"), texts.copied ?? "");
}
