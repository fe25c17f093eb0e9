/** Which emoji ":" may mean, from its second letter on; one that is typed whole, as :smile:, is written at once. */

import { option, text } from "../lib/listbox.js";
import { completeEmoji, loadEmoji, namedEmoji } from "./emoji_data.js";
import { inTone } from "./emoji_tone.js";

const WHOLE = /(^|[^\p{L}\p{N}:/])(:([\p{L}\p{N}+-][\p{L}\p{N}_+-]+):)$/u;

export class EmojiSource {
  /** Not what stands in 10:30 and http://. */
  pattern = /(^|[^\p{L}\p{N}:/])(:[\p{L}+-][\p{L}\p{N}_+-]+)$/u;

  /**
   * The emoji whose name was typed whole, and where that begins.
   * @param {string} before what is written up to the caret
   */
  async whole(before) {
    const found = before.match(WHOLE);
    const emoji = found && namedEmoji(await allEmoji().catch(() => []), found[3]);
    return emoji && { start: before.length - found[2].length, text: inTone(emoji) };
  }

  /**
   * @param {string} typed
   * @returns {Promise<import("./completion.js").Suggestion[]>}
   */
  async find(typed) {
    return completeEmoji(await allEmoji(), typed).map((emoji) => ({
      text: `${inTone(emoji)} `,
      option: option(text("span", "emoji", inTone(emoji)), emoji.name, `:${emoji.codes[0]}:`),
    }));
  }
}

async function allEmoji() {
  const groups = await loadEmoji();
  return groups.flatMap(({ emoji }) => emoji);
}
