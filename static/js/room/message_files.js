/** The files of a message, as the server's pages show them too (templates/file_macros.html). */

/** @typedef {import("../lib/types.js").FileView} FileView */

/** CSS pixels that a picture takes, at most. */
const [WIDTH_MAX, HEIGHT_MAX] = [320, 288];
/** Bytes of an animation that plays without being asked to. */
const PLAYED_MAX = 3_000_000;
const PICTURE = /^image\/(jpeg|png|gif|webp)$/;
const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];

/**
 * Show them under the text of the message; what is there already stays, and goes on playing.
 * @param {HTMLElement} item
 * @param {FileView[]} files
 */
export function showFiles(item, files) {
  // What is still being uploaded has a list of its own, which goes with it.
  const known = /** @type {HTMLElement | null} */ (item.querySelector(".files:not(.uploads > *)"));
  if (!files.length) return known?.remove();
  const list = known ?? document.createElement("ul");
  const json = JSON.stringify(files);
  if (list.dataset.files === json) return;
  list.className = "files";
  list.dataset.files = json;
  list.replaceChildren(...files.map((file) => make("li", {}, ...shownFile(file))));
  if (!known) item.querySelector(".text")?.after(list);
}

/** @param {FileView} file */
function shownFile(file) {
  const { name, url, content_type, width, height, thumbnail_url = url, alt = name, is_animated } = file;
  if (PICTURE.test(content_type) && width && height) {
    const image = make("img", { src: thumbnail_url, alt, ...shownSize(width, height), loading: "lazy", decoding: "async" });
    const shown = is_animated ? animation(url, image, file.bytes <= PLAYED_MAX) : [image];
    return [make("a", { className: "file-picture", href: url }, ...shown)];
  }
  const [kind] = content_type.split("/");
  const opening = content_type === "application/pdf" ? { target: "_blank" } : { download: name };
  const card = make("a", { className: "file-card", href: url, ...opening });
  card.append(make("bdi", { className: "file-name" }, name), " ", make("span", { className: "file-size" }, weight(file.bytes)));
  if (kind !== "video" && kind !== "audio") return [card];
  return [make(kind, { className: `file-${kind}`, src: url, controls: true, preload: "metadata", ariaLabel: alt }), card];
}

/** The still picture stays for who does not want any motion: what is behind the link plays. */
function animation(url, image, plays) {
  const source = make("source", { srcset: url, media: "(prefers-reduced-motion: no-preference)" });
  const sign = make("span", { className: plays ? "file-play" : "file-play is-needed", ariaHidden: "true" }, "▶");
  return [make("picture", {}, ...(plays ? [source] : []), image), sign];
}

/**
 * So much room is kept for a picture, before it is there.
 * @param {number} width
 * @param {number} height
 */
export function shownSize(width, height) {
  const scale = Math.min(1, WIDTH_MAX / width, HEIGHT_MAX / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * So many bytes, for people.
 * @param {number} bytes
 */
export function weight(bytes) {
  const unit = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const size = bytes / 1000 ** unit;
  const digits = unit && size < 10 ? 1 : 0;
  const format = { style: "unit", unit: UNITS[unit], minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(document.documentElement.lang, /** @type {any} */ (format)).format(size);
}

/**
 * @param {string} tag
 * @param {object} properties
 * @param {(Node | string)[]} children
 * @returns {any}
 */
function make(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
