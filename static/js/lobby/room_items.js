/** Items for rooms that the list did not have from the start, and the rest of a long list. */

import { get } from "../net/api.js";
import { cloneTemplate, query, queryAll } from "../lib/page.js";
import { initial, applyHue, displayName } from "../lib/text.js";

export class RoomItems {
  #isBusy = false;

  /** @param {import("./room_list.js").RoomList} list */
  constructor(list) {
    this.list = list;
    list.more.addEventListener("click", (event) => {
      event.preventDefault();
      this.more();
    });
    this.watcher = new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && this.more());
    // Before the list has been fetched there is nothing to show.
    list.rooms.addEventListener("change", () => this.#observeAgain(), { once: true });
    this.#observeAgain();
  }

  /** An observer tells of changes only: the link may be in view still. */
  #observeAgain() {
    this.watcher.unobserve(this.list.more);
    this.watcher.observe(this.list.more);
  }

  /**
   * Make what is missing of these, and show the list.
   * @param {import("./room_store.js").Room[]} rooms
   */
  make(rooms) {
    const { list } = this;
    for (const room of rooms.filter((each) => !list.fits(each))) {
      list.items.set(room.id, room.invited_by ? invitation(room) : link(room, list.openRoomId));
    }
    this.list.show();
  }

  /** Show more of them; fetch them, where they have not been fetched. */
  async more() {
    const { list } = this;
    const { rooms } = list;
    if (this.#isBusy || list.more.hidden || !rooms.isLoaded) return;
    list.limit += list.pageSize;
    list.show();
    if (list.limit < rooms.all.length || !rooms.cursor) return this.#observeAgain();
    this.#isBusy = true;
    const { cursor } = rooms;
    const page = await get(`/api/rooms?cursor=${cursor}`).catch(() => null);
    this.#isBusy = false;
    // Fetched anew meanwhile, they end elsewhere.
    if (page && cursor === rooms.cursor) rooms.load(page, rooms.all);
    if (page) this.#observeAgain();
  }
}

function link({ id, partner }, openRoomId) {
  const item = cloneTemplate("room-template");
  const anchor = query(item, "a");
  const avatar = query(item, ".avatar");
  anchor.setAttribute("href", `/rooms/${id}/`);
  anchor.dataset.roomId = id;
  if (id === openRoomId) anchor.setAttribute("aria-current", "page");
  if (partner) {
    anchor.dataset.userId = partner.id;
    anchor.dataset.username = partner.username;
    anchor.title = `@${partner.username}`;
  }
  avatar.classList.toggle("square", !partner);
  applyHue(partner?.id ?? id, avatar);
  return item;
}

function invitation({ id, name, invited_by }) {
  const item = cloneTemplate("invitation-template");
  const avatar = query(item, ".avatar");
  item.dataset.roomId = id;
  query(item, ".room-name bdi").textContent = name;
  query(item, ".inviter").textContent = displayName(invited_by);
  const { display_name, username } = invited_by;
  query(item, ".handle").textContent = display_name && `@${username}`;
  avatar.textContent = initial(name);
  applyHue(id, avatar);
  for (const button of queryAll(item, "button")) {
    const address = button.getAttribute("formaction") ?? "";
    button.setAttribute("formaction", address.replace("/rooms/0/", `/rooms/${id}/`));
  }
  return item;
}
