/** Where files come from: a dialog of the system, the clipboard, a drop. */

import { cloneTemplate, element, on } from "../lib/page.js";
import { lazy } from "../lib/lazy.js";
import { toast } from "../dialogs/toast.js";
import { attachments, keptFiles } from "./attachments.js";
import { Uploads } from "./uploads.js";

/**
 * @param {any} room see message_actions.js
 * @param {import("./composer.js").Composer} composer
 */
export function enableFiles(room, composer) {
  const { outbox, store, timeline } = room;
  const sources = enableSources(composer, outbox, keptFiles(outbox));
  element("attach").role = "button";
  room.uploads = new Uploads(outbox, store, timeline);
  enableDrop((isInThread) => (isInThread ? room.thread.files : sources));
  on(outbox, "uploads", ({ detail }) => sources.tray((it) => it.add(detail)));
  return sources;
}

/**
 * For the field of the room, or of a thread.
 * @param {import("./composer.js").Composer} composer
 * @param {import("./outbox.js").Outbox} outbox
 * @param {import("../net/outbox_storage.js").OutboxStorage} storage
 */
export function enableSources(composer, outbox, storage) {
  const tray = lazy(() => attachments(composer, outbox, storage), (it) => it, () => toast());
  const mayWrite = () => !composer.form.hidden && !composer.field.readOnly;
  const add = (files) => mayWrite() && tray((it) => it.add([...files].map((file) => ({ file }))));
  on(composer.field, "paste", (event) => {
    const { files, types } = event.clipboardData;
    // A table from an office comes as a text and as a picture of it.
    if (!files.length || types.includes("text/plain")) return;
    event.preventDefault();
    add(files);
  });
  storage.all().then((kept) => kept?.length && tray(() => {}));
  return { add, tray, pick: () => mayWrite() && choose(add) };
}

function choose(add) {
  const input = Object.assign(document.createElement("input"), { type: "file", multiple: true });
  on(input, "change", () => add(input.files));
  input.click();
}

/** @param {(isInThread: boolean) => any} sourcesOf where they are dropped */
function enableDrop(sourcesOf) {
  /** @type {HTMLElement | undefined} */
  let sign;
  const hide = () => (sign = void sign?.remove());
  const paneOf = ({ target }) => target.closest?.(".thread");
  const hasFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files");
  on(document, "dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    const pane = paneOf(event);
    sourcesOf(Boolean(pane)).tray(() => {});
    const place = pane ?? element("main");
    if (!document.getElementById("drop-template") || sign?.parentNode === place) return;
    sign ??= cloneTemplate("drop-template");
    place.append(sign);
  });
  on(document, "dragleave", (event) => !event.relatedTarget && hide());
  on(document, "drop", (event) => {
    hide();
    if (!hasFiles(event)) return;
    event.preventDefault();
    sourcesOf(Boolean(paneOf(event))).add(event.dataTransfer.files);
  });
}
