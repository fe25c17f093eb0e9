/** The rooms that I am in, with what is unread in them, as the lobby tells of them. */

import { UnreadCounter } from "./unread_counter.js";

/** In milliseconds: so long a message id may be missing before it is taken for lost. */
const GAP_TIMEOUT = 2_000;

/**
 * @typedef {object} Room an item of GET /api/rooms
 * @property {number} id
 * @property {string} name
 * @property {string} kind
 * @property {string} role mine
 * @property {number} revision
 * @property {number} unread_count
 * @property {number} mention_count of me, which I have not seen
 * @property {"all" | "mentions" | "nothing"} level what I want to be told of
 * @property {number} last_read
 * @property {number | null} unread_from from here on I want to see it as unread
 * @property {boolean} is_muted
 * @property {string | null} last_message_at
 * @property {{message_id: number, change: number, user_id: number, username: string, display_name?: string,
 *   message: string} | null} [last_message] how the latest one begins
 * @property {number} [change] as of which that is so, where later ones are deleted
 * @property {boolean} [is_request] a stranger has begun it
 * @property {boolean} [is_hidden] from the list, until something is posted there
 * @property {boolean} [is_blocked] I have blocked the partner
 * @property {boolean} [has_draft] I have written something there and not sent it
 * @property {{id: number, username: string, display_name: string}} [invited_by] I am not in it yet
 * @property {{id: number, username: string, display_name: string, is_online: boolean,
 *   is_presence_hidden?: boolean}} [partner]
 */

/**
 * Dispatches `change`, `blocks`, `message` when others have posted (the room, the id of the last message, or of the
 * last one that mentions me) or have let me in (the room),
 * `frame` with each of the lobby,
 * and `stale` when something happened that no frame told of: the list is to be fetched again.
 */
export class RoomStore extends EventTarget {
  /** @type {Room[]} latest activity first */
  all = [];
  /** Whether they have been fetched. */
  isLoaded = false;
  /** Where the next ones begin, and what is unread in those, with the mentions of me. */
  cursor = "";
  beyond = 0;
  mentionsBeyond = 0;
  /** @type {Map<number, UnreadCounter>} */
  #counters = new Map();

  /**
   * @param {number} userId
   * @param {number[]} blocked whom I have blocked
   */
  constructor(userId, blocked) {
    super();
    this.userId = userId;
    this.blocked = new Set(blocked);
  }

  /**
   * @param {{rooms: Room[], cursor: string | null, unread_beyond: number, mentions_beyond: number}} page
   * @param {Room[]} [before] the pages before it
   */
  load({ rooms, cursor, unread_beyond, mentions_beyond }, before = []) {
    // What was posted since the server answered goes first.
    const isAhead = (room) => this.#counter(room.id).revision > room.revision;
    const known = new Set(before.map(({ id }) => id));
    const fresh = rooms.filter(({ id }) => !known.has(id));
    this.all = [...new Set([...fresh.filter(isAhead), ...before, ...fresh])];
    for (const room of fresh) this.#reset(room);
    [this.cursor, this.beyond, this.mentionsBeyond] = [cursor ?? "", unread_beyond, mentions_beyond];
    this.isLoaded = true;
    this.#changed();
  }

  /** @param {any} frame of the lobby */
  receive(frame) {
    if (Object.hasOwn(this.#handlers, frame.type)) this.#handlers[frame.type](frame);
  }

  /** @param {number} id */
  find(id) {
    return this.all.find((room) => room.id === id);
  }

  /** @type {Record<string, (frame: any) => void>} */
  #handlers = {
    room_activity: (frame) => this.#addActivity(frame),
    room_joined: ({ room }) => {
      // What I have made is mine, and to an invitation I have said yes myself.
      const isNews = room.role === "member" && !room.partner && !this.find(room.id);
      this.#upsert(room);
      if (isNews) this.#tell(room);
    },
    room_changed: ({ room }) => this.#upsert(room),
    draft_changed: ({ room_id, has_draft }) => {
      Object.assign(this.find(room_id) ?? {}, { has_draft });
      this.#changed();
    },
    room_left: ({ room_id }) => this.#remove(room_id),
    blocks: ({ user_ids }) => {
      const isChanged = this.blocked.size || user_ids.length;
      this.blocked = new Set(user_ids);
      if (isChanged) this.dispatchEvent(new Event("blocks"));
    },
    user_status: ({ user_id, is_online, presence }) => this.#updatePartner(user_id, { is_online, presence }),
    user_changed: ({ user_id, display_name, picture, presence }) => this.#updatePartner(user_id, { display_name, picture, presence }),
  };

  #addActivity(frame) {
    const mentioned = (frame.mentions ?? []).filter(([, id]) => !id || id === this.userId).map(([id]) => id);
    const counter = this.#counter(frame.room_id);
    const fresh = counter.add(frame, mentioned);
    const room = this.find(frame.room_id);
    if (!room) return this.#checkBeyond(room);
    this.#applyCounter(room, counter);
    if (fresh.length) {
      delete room.is_hidden;
      this.all = [room, ...this.all.filter((each) => each !== room)];
    }
    const isUnread = (id) => id > room.last_read;
    const known = new Set(frame.messages.map(([id]) => id));
    const posted = fresh.filter(([id, author]) => this.#isCounted(author) && isUnread(id)).map(([id]) => id);
    // What is mentioned without being posted is so by an edit, whoever has made it.
    const mention = mentioned.findLast((id) => posted.includes(id) || (isUnread(id) && !known.has(id)));
    const messageId = mention ?? posted.at(-1);
    if (messageId && !room.is_request) this.#tell(room, messageId, Boolean(mention));
    this.#changed();
  }

  #tell(room, messageId = 0, isMention = false) {
    this.dispatchEvent(new CustomEvent("message", { detail: { room, messageId, isMention } }));
  }

  #upsert(room) {
    const place = this.all.findIndex((each) => each.id === room.id);
    this.#reset(room);
    this.#checkBeyond(place < 0 ? null : room);
    if (place < 0) this.all.unshift(room);
    else this.all[place] = room;
    this.#changed();
  }

  #remove(id) {
    this.#counters.delete(id);
    this.all = this.all.filter((room) => room.id !== id);
    this.#changed();
  }

  /** What is unread in a room beyond those that were fetched is not known here: all are fetched again. */
  #checkBeyond(room) {
    if (!room && this.cursor) this.dispatchEvent(new Event("stale"));
  }

  #isCounted(author) {
    return author && author !== this.userId && !this.blocked.has(author);
  }

  #updatePartner(userId, facts) {
    const isName = "display_name" in facts;
    const rooms = this.all.filter((room) => room.partner?.id === userId);
    for (const room of rooms) {
      Object.assign(room.partner ?? {}, facts);
      if (isName) room.name = facts.display_name || (room.partner?.username ?? "");
    }
    for (const { last_message: last } of this.all) if (isName && last?.user_id === userId) Object.assign(last, facts);
    if (isName || rooms.length) this.#changed();
  }

  #counter(id) {
    const counter = this.#counters.get(id) ?? new UnreadCounter((author) => this.#isCounted(author));
    this.#counters.set(id, counter);
    return counter;
  }

  /** An answer that is older than a frame takes nothing away that the frame has told. */
  #reset(room) {
    const counter = this.#counter(room.id);
    counter.reset(room);
    this.#applyCounter(room, counter);
  }

  #applyCounter(room, counter) {
    const { unread_count, mention_count, last_message_at, last_message } = counter;
    Object.assign(room, { unread_count, mention_count, last_message_at, last_message });
    this.#watchGap(counter);
  }

  #watchGap(counter) {
    const { missing } = counter;
    if (!missing || counter.timer) return;
    counter.timer = setTimeout(() => {
      counter.timer = 0;
      if (counter.missing === missing) this.dispatchEvent(new Event("stale"));
      else this.#watchGap(counter);
    }, GAP_TIMEOUT);
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
