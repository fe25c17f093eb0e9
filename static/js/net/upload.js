/** One file to the server. */

import { ApiError } from "./api.js";

/**
 * @param {number} room
 * @param {import("../lib/types.js").Upload} upload
 * @param {(bytes: number) => void} told how many have been sent
 * @param {AbortSignal} signal
 * @returns {Promise<number>} the file's id
 * @throws {ApiError} when the server says no; other errors when it could not be asked
 */
export function upload(room, { file, alt }, told, signal) {
  const request = new XMLHttpRequest();
  request.open("POST", `/api/rooms/${room}/files?${new URLSearchParams({ name: file.name, alt })}`);
  request.setRequestHeader("Accept", "application/json");
  // The server looks at the content: what a name makes of it here would only be in the way.
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.responseType = "json";
  request.upload.onprogress = ({ loaded }) => told(loaded);
  signal.addEventListener("abort", () => request.abort());
  return new Promise((resolve, reject) => {
    request.onload = () => {
      const { status, response } = request;
      if (status === 201 && response?.id) return resolve(response.id);
      reject(Object.assign(new ApiError(response?.message ?? request.statusText), response, { status }));
    };
    request.onerror = request.onabort = () => reject(new Error("no answer"));
    request.send(file);
  });
}
