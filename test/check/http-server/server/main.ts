// A server with idempotency keys in SQLite, as small as one that is right can be; `BREAK` takes one thing
// out of it. `main.ts PORT DATABASE`.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type Kept, Records } from './records.ts';
import { type Reply, ROUTES } from './routes.ts';

const [port, path = ''] = process.argv.slice(2);
const records = new Records(path);
const is = (fault: string): boolean => process.env['BREAK'] === fault;
/** How long each half of a handler takes. */
const STEP_MS = Number(process.env['STEP_MS'] ?? 30);
const step = (): Promise<void> => delay(STEP_MS);

createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    console.error(error);
    response.destroy();
  });
}).listen(Number(port), '127.0.0.1');

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', url = '', headers } = request;
  if (method === 'GET') return void response.end(String(records.effects()));
  const body = Buffer.concat(await request.toArray());
  const key = headers['idempotency-key'];
  if (typeof key !== 'string') return keyless(url, user(request), response);
  const parts = [
    ...(is('any user') ? [] : [user(request)]),
    ...(is('any path') ? [] : [method, url]),
    is('by body') ? body.toString() : key,
  ];
  const id = hash(parts.join('\n'));
  const print = is('any body') || is('runs other body') ? '' : hash(body);
  const record = is('runs other body') ? hash(id + body) : id;
  await keyed(record, print, { url, user: user(request), request, response });
}

interface Call {
  readonly url: string;
  readonly user: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function keyed(id: string, print: string, call: Call): Promise<void> {
  const { response } = call;
  const known = records.find(id);
  if (known !== undefined) {
    if (known.print !== print) {
      problem(response, is('409 for all') ? 409 : 422, 'key-reused');
      return;
    }
    if (is('waits')) await finished(id);
    again(response, records.find(id));
    return;
  }
  if (is('looks first')) await othersLooked();
  if (!records.claim(id, print) && !is('looks first')) {
    again(response, records.find(id));
    return;
  }
  if (is('marks first')) records.finish(id, { status: 201, headers: {}, body: Buffer.alloc(0) });
  const made = await handle(call, id);
  send(response, made);
  if (is('ends by itself')) response.once('finish', () => process.exit(1));
}

/** The effect, half-way, and the answer; in one transaction where it is exactly once. */
async function handle({ url, user, request, response }: Call, id: string): Promise<Reply> {
  if (url === '/refused') {
    const refusal = { status: 400, headers: {}, body: Buffer.from('no') };
    records.finish(id, refusal);
    return refusal;
  }
  const isAtOnce = !is('says unknown') && !is('runs again') && !is('stuck') && !is('marks first');
  await step();
  if (!isAtOnce) records.happen();
  await step();
  const make = (effect: number): Reply => replyOf(url, effect, user);
  const isGone = is('waits for its client') && request.socket.destroyed;
  if (isGone) return { status: 0, headers: {}, body: Buffer.alloc(0) };
  if (is('answers first')) {
    const made = make(records.happen());
    response.once('finish', () => setTimeout(() => records.finish(id, made), 300));
    return made;
  }
  const made = records.inOne(() => {
    const reply = make(isAtOnce ? records.happen() : records.effects());
    if (is('errors are no answers') && reply.status >= 500) records.forget(id);
    else records.finish(id, kept(reply));
    return reply;
  });
  return made;
}

function replyOf(url: string, effect: number, user: string): Reply {
  const route = ROUTES[url];
  if (route === undefined) throw new Error(`there is nothing at ${url}`);
  return route(effect, user);
}

/** What is kept of an answer. */
function kept(made: Reply): Reply {
  if (is('text only')) return { ...made, body: Buffer.from(made.body.toString('utf8')) };
  if (is('no streams') && made.chunks) return { ...made, body: Buffer.alloc(0) };
  if (is('no headers')) return { ...made, headers: {} };
  if (is('always 200')) return { ...made, status: 200 };
  return made;
}

let looks = 0;

/** Between a look and its claim, others look; who is alone does not wait for ever. */
async function othersLooked(): Promise<void> {
  const own = ++looks;
  for (let ms = 0; looks === own && ms < 300; ms += 5) await delay(5);
}

async function finished(id: string): Promise<void> {
  while (records.find(id)?.reply === undefined) await delay(5);
}

function again(response: ServerResponse, known: Kept | undefined): void {
  if (known === undefined) {
    problem(response, 409, 'in-progress');
    return;
  }
  if (known.isUnknown) {
    problem(response, 409, 'outcome-unknown');
    return;
  }
  if (known.reply === undefined) {
    problem(response, 409, 'in-progress');
    return;
  }
  if (is('not kept') && known.reply.body.length > 1_000_000) {
    problem(response, 409, 'response-not-kept');
    return;
  }
  send(response, known.reply);
}

async function keyless(url: string, user: string, response: ServerResponse): Promise<void> {
  if (!is('runs without a key')) {
    problem(response, is('422 for all') ? 422 : 400, 'key-missing');
    return;
  }
  send(response, replyOf(url, records.happen(), user));
}

function send(response: ServerResponse, { status, headers, body, chunks = 1 }: Reply): void {
  if (status === 0) return void response.destroy();
  const length = { 'content-length': String(body.length) };
  response.writeHead(status, { ...headers, ...(chunks === 1 && status !== 204 && length) });
  const size = Math.ceil(body.length / chunks);
  for (let part = 1; part < chunks; part++)
    response.write(body.subarray((part - 1) * size, part * size));
  response.end(body.subarray((chunks - 1) * size));
}

function problem(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify({ status, code }));
}

function user({ headers }: IncomingMessage): string {
  return headers.authorization ?? '';
}

function hash(value: string | Buffer): string {
  return createHash('sha256').update(value).digest('hex');
}
