/** The rooms that I am in, with what is unread in them, as the lobby tells of them. */

import { Tally } from "./tally.js";

/** In milliseconds: so long a number may be missing before it is taken for lost. */
const PATIENCE = 2_000;

/**
 * @typedef {object} Room an item of GET /api/rooms
 * @property {number} id
 * @property {string} name
 * @property {string} kind
 * @property {number} revision
 * @property {number} unread_count
 * @property {number} last_read
 * @property {number | null} unread_from from here on I want to see it as unread
 * @property {boolean} is_muted
 * @property {string | null} last_message_at
 * @property {{id: number, username: string, display_name: string, is_online: boolean}} [partner]
 */

/**
 * Says `change`, `news` (the room, the number of the last message) when others said something, and
 * `lost` when something was that nobody told of: the list is to be read again.
 */
export class Rooms extends EventTarget {
  /** @type {Room[]} latest activity first */
  all = [];
  /** Whether they have been read from the server. */
  isFilled = false;
  /** @type {Map<number, Tally>} */
  #tallies = new Map();

  /** @param {number} me */
  constructor(me) {
    super();
    this.me = me;
  }

  /** @param {Room[]} rooms */
  fill(rooms) {
    // What was said since the server answered goes first.
    const isAhead = (room) => this.#tally(room.id).revision > room.revision;
    this.all = [...new Set([...rooms.filter(isAhead), ...rooms])];
    for (const room of rooms) this.#take(room);
    this.isFilled = true;
    this.#changed();
  }

  /** @param {any} frame of the lobby */
  hear(frame) {
    if (Object.hasOwn(this.#handlers, frame.type)) this.#handlers[frame.type](frame);
  }

  /** @param {number} id */
  find(id) {
    return this.all.find((room) => room.id === id);
  }

  /** @type {Record<string, (frame: any) => void>} */
  #handlers = {
    room_activity: (frame) => this.#said(frame),
    room_joined: ({ room }) => this.#put(room),
    room_changed: ({ room }) => this.#put(room),
    room_left: ({ room_id }) => this.#drop(room_id),
    user_status: ({ user_id, is_online }) => this.#met(user_id, { is_online }),
    user_changed: ({ user_id, display_name }) => this.#met(user_id, { display_name }),
  };

  #said(frame) {
    const tally = this.#tally(frame.room_id);
    const fresh = tally.hear(frame);
    const room = this.find(frame.room_id);
    if (!room || fresh.length === 0) return;
    this.#count(room, tally);
    this.all = [room, ...this.all.filter((each) => each !== room)];
    const isNews = ([number, author]) => author !== this.me && number > room.last_read;
    const [number] = fresh.findLast(isNews) ?? [];
    if (number) this.dispatchEvent(new CustomEvent("news", { detail: { room, number } }));
    this.#changed();
  }

  #put(room) {
    const place = this.all.findIndex((each) => each.id === room.id);
    this.#take(room);
    if (place < 0) this.all.unshift(room);
    else this.all[place] = room;
    this.#changed();
  }

  #drop(id) {
    this.#tallies.delete(id);
    this.all = this.all.filter((room) => room.id !== id);
    this.#changed();
  }

  #met(userId, news) {
    const rooms = this.all.filter((room) => room.partner?.id === userId);
    for (const room of rooms) {
      Object.assign(room.partner ?? {}, news);
      if ("display_name" in news) room.name = news.display_name || (room.partner?.username ?? "");
    }
    if (rooms.length) this.#changed();
  }

  #tally(id) {
    const tally = this.#tallies.get(id) ?? new Tally(this.me);
    this.#tallies.set(id, tally);
    return tally;
  }

  /** A stale answer of the server takes nothing away that was told after it. */
  #take(room) {
    const tally = this.#tally(room.id);
    tally.take(room);
    this.#count(room, tally);
  }

  #count(room, tally) {
    room.unread_count = tally.unread_count;
    room.last_message_at = tally.last_message_at;
    this.#watch(tally);
  }

  #watch(tally) {
    const { missing } = tally;
    if (!missing || tally.timer) return;
    tally.timer = setTimeout(() => {
      tally.timer = 0;
      if (tally.missing === missing) this.dispatchEvent(new Event("lost"));
      else this.#watch(tally);
    }, PATIENCE);
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
