/** The rooms that I am in, with what is unread in them, as the lobby tells of them. */

/**
 * @typedef {object} Room an item of GET /api/rooms
 * @property {number} id
 * @property {string} name
 * @property {string} kind
 * @property {number} revision
 * @property {number} unread_count
 * @property {number | null} unread_from from here on I want to see it as unread
 * @property {boolean} is_muted
 * @property {string | null} last_message_at
 * @property {{id: number, username: string, display_name: string, is_online: boolean}} [partner]
 */

/** Says `change`, and `news` (the room, the number of the last message) when others said something. */
export class Rooms extends EventTarget {
  /** @type {Room[]} latest activity first */
  all = [];
  /** Whether they have been read from the server. */
  isFilled = false;

  /** @param {number} me */
  constructor(me) {
    super();
    this.me = me;
  }

  /** @param {Room[]} rooms */
  fill(rooms) {
    this.all = rooms;
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

  #said({ room_id, last_message_at, messages }) {
    const room = this.find(room_id);
    if (!room) return;
    const fresh = messages.filter(([number]) => number > room.revision);
    if (fresh.length === 0) return;
    const ofOthers = fresh.filter(([, author]) => author !== this.me);
    room.unread_count += ofOthers.length;
    room.revision = fresh.at(-1)[0];
    room.last_message_at = last_message_at;
    this.all = [room, ...this.all.filter((each) => each !== room)];
    if (ofOthers.length) this.#told(room, ofOthers.at(-1)[0]);
    this.#changed();
  }

  #put(room) {
    const place = this.all.findIndex((each) => each.id === room.id);
    if (place < 0) this.all.unshift(room);
    else this.all[place] = room;
    this.#changed();
  }

  #drop(id) {
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

  #told(room, number) {
    this.dispatchEvent(new CustomEvent("news", { detail: { room, number } }));
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
