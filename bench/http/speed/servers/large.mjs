// node:http with bodies and answers of 1 MB, that tells how much memory it had at most.
import { createServer } from 'node:http';
import { ours, ready, told } from './control.mjs';
import { options } from './ledger.mjs';

const CHUNK = Buffer.alloc(62_500, 'an answer ');
const CHUNKS = 16;
const EVERY_MS = 10;

async function handler() {
  if (told.guard === 'none')
    return (request, response) => request.resume().on('end', () => answer(response));
  const { idempotent } = await ours('adapters/http/mounts/node-http.js');
  return idempotent(await options(), (_request, response) => answer(response));
}

/** In parts, as a stream gives them. */
function answer(response, left = CHUNKS) {
  if (left === 0) return response.end();
  const goOn = () => answer(response, left - 1);
  if (response.write(Buffer.from(CHUNK))) setImmediate(goOn);
  else response.once('drain', goOn);
}

let peak = 0;

/** What is garbage is not counted. */
function look() {
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  peak = Math.max(peak, heapUsed + external);
}

const server = createServer(await handler());
server.listen(0, '127.0.0.1', () => {
  setInterval(look, EVERY_MS);
  ready(server, () => {
    look();
    const last = peak;
    peak = 0;
    return { peak: last };
  });
});
