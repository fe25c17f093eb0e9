/** One file to the server, by tus 1.0.0: in parts that every proxy takes, and from where it was cut off. */

import { ApiError, errorOf } from "./api.js";

const PATH = "/api/files/";
const PART = 512 * 1024;
const VERSION = { "Tus-Resumable": "1.0.0" };
/** How long one part may take, in milliseconds: by a slow network, and with the picture being prepared. */
const TIMEOUT = 120_000;

/**
 * @param {number} room
 * @param {import("../lib/types.js").Upload} upload whose `id` is known where it has begun
 * @param {(bytes: number) => any} told how many have been sent; what it returns is waited for
 * @param {AbortSignal} signal
 * @returns {Promise<number>} the file's id
 * @throws {ApiError} when the server says no; other errors when it could not be asked
 */
export async function send(room, upload, told, signal) {
  const { file } = upload;
  let offset = await offsetOf(upload, signal);
  if (offset === undefined) offset = await begin(room, upload, signal);
  await told(offset);
  while (offset < file.size) {
    const headers = { ...VERSION, "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
    const body = await file.slice(offset, offset + PART).arrayBuffer().catch(unreadable);
    const response = await ask(`${PATH}${upload.id}`, { method: "PATCH", headers, body }, signal).catch(began);
    offset = Number(response.headers.get("Upload-Offset"));
    await told(offset);
  }
  return /** @type {number} */ (upload.id);
}

/** What has begun and is not there any more begins anew: that is no answer to the file. */
function began(error) {
  throw error.status === 404 ? new Error("gone") : error;
}

/** It was moved, or changed, since it was chosen: that is no failure of the network. */
function unreadable() {
  throw Object.assign(new ApiError(), { status: 422, code: "unreadable" });
}

/** Nothing is left of what has been sent of it. */
export function discard({ id }) {
  if (id) fetch(`${PATH}${id}`, { method: "DELETE", headers: VERSION }).catch(() => {});
}

/** @returns {Promise<number | undefined>} how much of it the server has; undefined: nothing, or not any more */
async function offsetOf({ id, file }, signal) {
  if (!id) return undefined;
  try {
    const { headers } = await ask(`${PATH}${id}`, { method: "HEAD", headers: VERSION }, signal);
    const [offset, length] = ["Upload-Offset", "Upload-Length"].map((name) => Number(headers.get(name)));
    // Of a picture that is there another file is kept, of another length.
    return offset === length ? file.size : offset;
  } catch (error) {
    if (error instanceof ApiError && [403, 404, 410].includes(error.status)) return undefined;
    throw error;
  }
}

async function begin(room, upload, signal) {
  const { file, alt } = upload;
  const about = Object.entries({ filename: file.name, alt, room: String(room) }).filter(([, value]) => value);
  const metadata = about.map(([name, value]) => `${name} ${inBase64(value)}`).join();
  const headers = { ...VERSION, "Upload-Length": String(file.size), "Upload-Metadata": metadata };
  const response = await ask(PATH, { method: "POST", headers }, signal);
  upload.id = Number(response.headers.get("Location")?.split("/").at(-1));
  return 0;
}

function inBase64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

async function ask(path, { headers, ...options }, signal) {
  const aborter = new AbortController();
  const abort = () => aborter.abort();
  signal.addEventListener("abort", abort);
  const timer = setTimeout(abort, TIMEOUT);
  const accepting = { Accept: "application/json", ...headers };
  const all = { ...options, headers: accepting, signal: aborter.signal, redirect: "error" };
  const response = await fetch(path, /** @type {RequestInit} */ (all)).finally(() => {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  });
  if (!response.ok) throw await errorOf(response);
  return response;
}
