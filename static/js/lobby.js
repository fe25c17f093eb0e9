/** What is new in all my rooms, on every page: the list beside it, and the number in its tab. */

import { ApiError, get } from "./api.js";
import { offerDrawer } from "./drawer.js";
import { offerFinding } from "./finder.js";
import { tellOfNews } from "./notices.js";
import { element, on, toLogin } from "./page.js";
import { Pulse } from "./pulse.js";
import { RoomList } from "./roomlist.js";
import { Rooms } from "./rooms.js";
import { Connection } from "./socket.js";

const RETRY = 3_000;
/** Told to ask again, everybody asks at another moment. */
const SPREAD = 2_000;

const sidebar = element("sidebar");
const me = Number(sidebar.dataset.userId);
export const rooms = new Rooms(me);
const list = new RoomList(sidebar, rooms);
const connection = new Connection(me, () => "/ws/", "/api/session");
/** Frames that came while the list was on its way. */
let early = /** @type {object[] | null} */ (null);
let timer = 0;
let asked = 0;

new Pulse(connection, () => connection.send({ type: "ping" }));
offerDrawer();
tellOfNews(rooms);
offerFinding(sidebar);

on(connection, "frame", (event) => receive(event.detail));
on(connection, "final", (event) => event.detail === 4401 && toLogin());
on(rooms, "change", () => list.show());
on(rooms, "lost", () => later(Math.random() * SPREAD));
connection.open();

function receive(frame) {
  if (frame.type === "ready") load();
  else if (frame.type === "refresh") later(Math.random() * SPREAD);
  // What is said needs no list: it is counted above what the list says.
  else if (early && frame.type !== "room_activity") early.push(frame);
  else rooms.hear(frame);
}

function later(delay) {
  clearTimeout(timer);
  timer = setTimeout(load, delay);
}

/** Read the list, and then hear what has come meanwhile. Only who asked last listens to the answer. */
async function load() {
  clearTimeout(timer);
  const turn = ++asked;
  const frames = (early = []);
  try {
    const answer = await get("/api/rooms");
    if (turn !== asked) return;
    early = null;
    rooms.fill(answer.rooms);
    for (const frame of frames) rooms.hear(frame);
  } catch (problem) {
    if (problem instanceof ApiError && problem.status === 401) toLogin();
    else if (turn === asked && connection.isOnline) later(RETRY);
  }
}
