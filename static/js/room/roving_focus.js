/** Roving tabindex: one message of the list is a tab stop, the arrow keys move from it to the others. */

import { query, queryAll } from "../lib/page.js";

/** What is read beside the author and the time: the lines before the message, and all of these of itself. */
const PARTS = ".quote, .folded > summary, .text, .file-picture img, .file-card, .pin-mark, .edited, .reactions, .replies, .failure-text";
/** The id of a comma, which is read between them: without it they would be one sentence. */
const PAUSE = "pause";
const DESCRIBING = "describes-";
const LINES = ".unread-line, .day, .reply-run";
/** What is folded stands between a message and the line that tells of it. */
const FOLDED = "[hidden]";

export class RovingFocus {
  /** @type {HTMLElement | undefined} */
  #current;

  /**
   * @param {import("./history.js").History} history
   * @param {{open: (message: HTMLElement) => void, leave: () => void}} actions
   */
  constructor(history, { open, leave }) {
    this.history = history;
    this.list = history.timeline.list;
    /** @type {Record<string, (message: HTMLElement) => void>} */
    this.keys = {
      ArrowUp: (message) => this.#move(message, -1),
      ArrowDown: (message) => this.#move(message, 1),
      Home: () => this.focus(this.#elements[0]),
      End: () => this.history.jumpToLatest().then(() => this.focus(this.#last)),
      Enter: open,
      Escape: leave,
    };
    this.list.addEventListener("focusin", (event) => this.#setCurrent(event.target.closest(".message")));
    const keepStop = () => (this.#current?.isConnected && !this.#current.hidden) || this.#follow();
    history.addEventListener("changed", keepStop);
    for (const name of ["add", "remove"]) history.store.addEventListener(name, keepStop);
    // What is read of it may be another now.
    history.store.addEventListener("content", ({ detail }) => {
      if (history.timeline.element(detail) === this.#current) this.#setCurrent(this.#current);
    });
    history.scroll.addEventListener("moved", () => this.#follow());
    history.scroll.box.tabIndex = -1;
    this.#setCurrent(document.activeElement?.closest(".message"));
    this.#follow();
  }

  /**
   * Somebody has come here.
   * @param {boolean} isEntered by the Tab key, at its first stop: the focus moves on to what is in view
   */
  enter(isEntered) {
    if (isEntered) this.focus(this.#inView);
    else if (this.#current) query(this.#current, ".post").tabIndex = 0;
  }

  /** @param {any} message */
  focus(message) {
    if (!message) return;
    this.#setCurrent(message);
    query(message, ".post").focus({ preventScroll: true });
    message.scrollIntoView({ block: "nearest" });
  }

  get #inView() {
    const { store, timeline, scroll } = this.history;
    return timeline.element(store.get(scroll.lastSeen)) ?? this.#last;
  }

  /** Those that are seen. */
  get #elements() {
    return this.history.timeline.elements.filter((item) => !item.matches(".collapsed, [hidden]"));
  }

  get #last() {
    return this.#elements.at(-1);
  }

  #move(message, step) {
    const elements = this.#elements;
    this.focus(elements[elements.indexOf(message) + step]);
  }

  /** While the focus is elsewhere, or at a line between them, the tab stop is what is in view. */
  #follow() {
    if (document.activeElement?.closest(".message") && this.list.contains(document.activeElement)) return;
    this.#setCurrent(this.#inView);
  }

  #setCurrent(message) {
    if (!message) return;
    const last = this.#current?.querySelector(".post");
    if (last) last.tabIndex = -1;
    last?.removeAttribute("aria-describedby");
    const post = query(message, ".post");
    post.setAttribute("aria-describedby", describe(message));
    post.tabIndex = 0;
    this.#current = message;
  }
}

/**
 * @param {HTMLElement} message
 * @returns {string} the ids of what describes it
 */
function describe(message) {
  // A thread has one of its own beside that of the timeline.
  const prefix = message.closest(".thread") ? `thread-${DESCRIBING}` : DESCRIBING;
  for (const each of queryAll(document, `[id^="${prefix}"]`)) each.removeAttribute("id");
  const parts = queryAll(message, PARTS).filter(isRead);
  for (let line = message; (line = line.previousElementSibling)?.matches(`${LINES}, ${FOLDED}`); ) {
    if (!line.matches(FOLDED)) parts.unshift(line);
  }
  parts.forEach((part, place) => (part.id = `${prefix}${place}`));
  if (!document.getElementById(PAUSE)) document.body.append(pause());
  return parts.map(({ id }) => id).join(` ${PAUSE} `);
}

/** Not what stands in a closed fold. */
function isRead(part) {
  return part.checkVisibility?.() !== false && (part.textContent || part.ariaLabel || part.alt);
}

function pause() {
  return Object.assign(document.createElement("span"), { id: PAUSE, hidden: true, textContent: "," });
}
