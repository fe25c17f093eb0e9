/** Pictures in full size, one after the other: by keys, by buttons, and by a finger. */

import { element, on, query, queryAll, setText } from "../lib/page.js";
import { ownMessage, removeFile } from "./file_removal.js";
import { fileTools, fill } from "./file_tools.js";

/** A finger that goes so many pixels to the side turns to the next picture. */
const SWIPE = 50;

/** @type {Lightbox | undefined} */
let lightbox;

/**
 * @param {HTMLAnchorElement} link to a picture, among others in its list
 * @throws {Error} where it cannot be loaded
 */
export async function open(link) {
  const tools = await fileTools();
  lightbox ??= new Lightbox(tools);
  lightbox.open(link);
}

class Lightbox {
  #from = { x: 0, y: 0 };
  /** @type {HTMLElement | undefined} gets the focus when it is closed: the picture that was looked at last */
  #origin;

  constructor(tools) {
    this.tools = tools;
    this.dialog = /** @type {HTMLDialogElement} */ (element("lightbox"));
    this.stage = query(this.dialog, ".lightbox-stage");
    this.image = /** @type {HTMLImageElement} */ (query(this.stage, "img"));
    on(this.dialog, "click", (event) => this.#clicked(event));
    on(this.dialog, "keydown", (event) => this.#keyPressed(event));
    on(this.dialog, "close", () => this.#closed());
    on(this.stage, "pointerdown", ({ x, y }) => (this.#from = { x, y }));
    on(this.stage, "pointerup", (event) => this.#lifted(event));
  }

  /** @param {HTMLAnchorElement} link */
  open(link) {
    this.#show(link);
    this.dialog.showModal();
    element("lightbox-title").focus();
  }

  /** Those that are there now: messages come and go. */
  get #links() {
    const list = this.link.closest("ol") ?? document;
    return /** @type {any[]} */ (queryAll(list, ".file-picture"));
  }

  #show(link) {
    const { src, alt } = query(link, "img");
    this.link = this.#origin = link;
    this.zoom(false);
    // The small one, which is there, until the large one is.
    this.image.src = src;
    const large = Object.assign(new Image(), { src: link.href });
    large.decode().then(() => this.link === link && (this.image.src = link.href), () => {});
    this.image.alt = alt;
    setText(element("lightbox-title"), alt);
    const save = query(this.dialog, "header a");
    Object.assign(save, { href: link.href, download: "" });
    query(this.dialog, "[data-act=remove]").hidden = !ownMessage(link);
    const links = this.#links;
    const number = links.indexOf(link) + 1;
    const place = query(this.dialog, ".lightbox-place");
    setText(place, fill(this.tools.dataset.opened, { number, count: links.length }));
    query(this.dialog, ".is-previous").hidden = number === 1;
    query(this.dialog, ".is-next").hidden = number === links.length;
  }

  #turn(step) {
    const links = this.#links;
    const next = links[links.indexOf(this.link) + step];
    if (!next) return;
    this.#show(next);
    // A button that goes away would take the focus with it.
    if (!this.dialog.contains(document.activeElement) || document.activeElement?.hidden) this.stage.focus();
  }

  previous() {
    this.#turn(-1);
  }

  next() {
    this.#turn(1);
  }

  close() {
    this.dialog.close();
  }

  async remove() {
    const message = ownMessage(this.link);
    if (!message || !(await removeFile(this.link, message))) return;
    this.#origin = query(message, ".post");
    this.close();
  }

  /** @param {boolean} [isOn] one pixel of the picture for one of the page, and never less than twice the size that fits */
  zoom(isOn = !this.dialog.matches(".is-zoomed")) {
    const { width } = this.image.getBoundingClientRect();
    this.dialog.classList.toggle("is-zoomed", isOn);
    if (isOn) this.image.width = Math.max(2 * width, this.image.naturalWidth);
    else this.image.removeAttribute("width");
    query(this.dialog, "[data-act=zoom]").ariaPressed = String(isOn);
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = this.stage;
    this.stage.scrollTo((scrollWidth - clientWidth) / 2, (scrollHeight - clientHeight) / 2);
  }

  #clicked({ target }) {
    const { act } = target.closest("[data-act]")?.dataset ?? {};
    if (act) this[act]();
    else if (target === this.image) this.zoom();
    else if (target === this.stage) this.close();
  }

  #keyPressed(event) {
    const isZoomed = this.dialog.matches(".is-zoomed");
    const acts = { "+": () => this.zoom(true), "=": () => this.zoom(true), "-": () => this.zoom(false), 0: () => this.zoom(false) };
    // Arrows move about in what is larger than the window.
    if (!isZoomed) Object.assign(acts, { ArrowLeft: () => this.previous(), ArrowRight: () => this.next() });
    const act = acts[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  }

  #lifted({ x, y, pointerType }) {
    const [right, down] = [x - this.#from.x, y - this.#from.y];
    if (pointerType !== "touch" || this.dialog.matches(".is-zoomed") || Math.abs(right) < SWIPE) return;
    if (Math.abs(down) < Math.abs(right)) this.#turn(right < 0 ? 1 : -1);
  }

  #closed() {
    this.image.removeAttribute("src");
    if (this.#origin?.isConnected) this.#origin.focus();
  }
}
