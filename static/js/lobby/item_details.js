/**
 * What an item of the list says beside the room's name: whose conversation it is and whether they are here, what of
 * it is told to me, how often I am mentioned, what was said last, and whether I have written something and not sent it.
 */

import { showFace } from "../lib/face.js";
import { query, setText } from "../lib/page.js";
import { countText, displayName } from "../lib/text.js";

/** @typedef {import("./room_store.js").Room} Room */

export class ItemDetails {
  /** @param {import("./room_list.js").RoomList} list */
  constructor(list) {
    this.list = list;
    this.texts = list.sidebar.dataset;
    this.total = query(list.sidebar, ".to-activity .mentions");
  }

  /** @param {number} total of mentions, in all rooms that are not muted */
  show(total) {
    showCount(this.total, total);
    for (const room of this.list.rooms.all) {
      const link = this.list.items.get(room.id)?.querySelector(".room-link");
      if (!link) continue;
      showCount(query(link, ".mentions"), this.list.mentions(room));
      showFace(query(link, ".avatar"), room.name, (room.partner ?? room).picture);
      this.#showPartner(link, room);
      this.#showLevel(link, room.level === "mentions");
      // In the open room it stands in the field.
      query(link, ".room-draft").hidden = !room.has_draft || room.id === this.list.openRoomId;
      const { author, text } = this.#saidLast(room);
      setText(query(link, ".last-message :first-child"), author);
      setText(query(link, ".last-message :last-child"), (author && ": ") + text);
    }
  }

  #showPartner(link, { partner, is_muted }) {
    const { textOnline, textMuted } = this.texts;
    const { username, display_name, is_online, is_presence_hidden, presence } = partner ?? {};
    setText(query(link, ".handle"), display_name ? `@${username}` : "");
    link.toggleAttribute("data-muted", is_muted);
    const isHere = is_online && !is_presence_hidden && presence !== "away";
    if (partner) link.dataset.online = isHere;
    const about = [isHere && textOnline, is_muted && textMuted].map((word) => (word ? `, ${word}` : ""));
    setText(query(link, ".room-about"), about.join(""));
  }

  #showLevel(link, isLevel) {
    link.toggleAttribute("data-level", isLevel);
    setText(query(link, ".room-level"), isLevel ? `, ${this.texts.textLevel}` : "");
  }

  /**
   * Whose words, where that is to be said, and which: as blueprints/pages/sidebar.py does.
   * @param {Room} room
   */
  #saidLast({ last_message: last, partner, is_request }) {
    const { textFolded = "", textYou = "" } = this.texts;
    const { blocked, userId } = this.list.rooms;
    if (!last || is_request) return { author: "", text: "" };
    if (blocked.has(last.user_id)) return { author: "", text: textFolded };
    if (last.user_id === userId) return { author: textYou, text: last.message };
    return { author: partner ? "" : displayName(last), text: last.message };
  }
}

function showCount(badge, count) {
  badge.hidden = count === 0;
  setText(query(badge, ".mention-count"), countText(count));
}
