/** How often I am mentioned, in the list of rooms and at the link to all of it; and where that alone is told. */

import { query, setText } from "../lib/page.js";
import { countText } from "../lib/text.js";

export class MentionBadges {
  /** @param {import("./room_list.js").RoomList} list */
  constructor(list) {
    this.list = list;
    this.total = query(list.sidebar, ".to-activity .mentions");
  }

  /** @param {number} total in all rooms that are not muted */
  show(total) {
    show(this.total, total);
    for (const room of this.list.rooms.all) {
      const link = this.list.items.get(room.id)?.querySelector(".room-link");
      if (link) this.#showRoom(link, room);
    }
  }

  #showRoom(link, room) {
    show(query(link, ".mentions"), this.list.mentions(room));
    const isLevel = room.level === "mentions";
    if (isLevel) link.dataset.level = room.level;
    else delete link.dataset.level;
    setText(query(link, ".room-level"), isLevel ? `, ${this.list.sidebar.dataset.textLevel}` : "");
  }
}

function show(badge, count) {
  badge.hidden = count === 0;
  setText(query(badge, ".mention-count"), countText(count));
}
