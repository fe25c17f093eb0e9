// Sends what comes by its input with tus-js-client as it comes from npm: cut off after the first part, and on from there.
// Arguments: the endpoint, the cookie, the room, bytes of a part. Prints the upload's address and where it went on.

import * as tus from "tus-js-client";

const [, , endpoint, cookie, room, part] = process.argv;
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const file = Buffer.concat(chunks);
const options = {
  endpoint,
  chunkSize: Number(part),
  headers: { Cookie: cookie },
  metadata: { filename: "план.bin", room, alt: "noise" },
  retryDelays: null,
};

const uploadUrl = await new Promise((resolve, reject) => {
  const upload = new tus.Upload(file, {
    ...options,
    onError: reject,
    onChunkComplete: () => upload.abort().then(() => resolve(upload.url), reject),
  });
  upload.start();
});

let began;
await new Promise((onSuccess, onError) => {
  const onProgress = (sent) => (began ??= sent);
  new tus.Upload(file, { ...options, uploadUrl, onError, onSuccess, onProgress }).start();
});
console.log(JSON.stringify({ url: uploadUrl, began }));
