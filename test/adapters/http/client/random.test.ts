// Random scripts of what goes wrong, over simulated time. A failure prints its seed and its smallest script.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeRetryingFetch } from '../../../../src/adapters/http/client/client.ts';
import { isRuntwiceError } from '../../../../src/core/errors.ts';
import { Random } from '../../../simulator/random.ts';
import { World } from '../../../simulator/world.ts';

/** What one attempt meets, and after how long. */
interface Fate {
  readonly kind: 'refused' | 'reset' | 'silent' | 'cut' | 'answered';
  readonly ms: number;
  readonly status: number;
  readonly retryAfter: number | undefined;
  readonly isReplayed: boolean;
  readonly should: 'true' | 'false' | undefined;
}

interface Sent {
  readonly at: number;
  readonly key: string | null;
  readonly body: RequestInit['body'];
}

const BODY = 'cents=4200';
const STATUSES = [200, 201, 303, 400, 404, 408, 409, 422, 425, 429, 500, 501, 502, 503, 505];

const fates = fc.array(
  fc.record<Fate>({
    kind: fc.constantFrom('refused', 'reset', 'silent', 'cut', 'answered', 'answered', 'answered'),
    ms: fc.integer({ min: 0, max: 12_000 }),
    status: fc.constantFrom(...STATUSES),
    retryAfter: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined, freq: 3 }),
    isReplayed: fc.boolean(),
    should: fc.constantFrom('true', 'false', undefined, undefined, undefined),
  }),
  { minLength: 12, maxLength: 12 },
);

const calls = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'DELETE', 'POST', 'POST', 'PATCH'),
  key: fc.constantFrom('made', 'given', 'none'),
  isBytes: fc.boolean(),
  attempts: fc.integer({ min: 1, max: 10 }),
  deadline: fc.integer({ min: 1, max: 60_000 }),
  timeout: fc.integer({ min: 1, max: 20_000 }),
  seed: fc.integer(),
});

/** Whether asking again is of no use, as the documentation has it. */
function isFinal({ kind, status, retryAfter, isReplayed, should }: Fate, hasKey: boolean): boolean {
  if (kind === 'refused' || kind === 'reset' || kind === 'silent') return false;
  if (kind === 'cut' && hasKey) return false;
  if (status < 400) return true;
  if (should !== undefined) return should === 'false';
  if (isReplayed) return true;
  if (status === 409) return retryAfter === undefined;
  return ![408, 425, 429, 500, 502, 503].includes(status);
}

function answerOf({ kind, status, retryAfter, isReplayed, should }: Fate): Response {
  const headers = new Headers();
  if (retryAfter !== undefined) headers.set('retry-after', String(retryAfter));
  if (isReplayed) headers.set('idempotent-replayed', 'true');
  if (should !== undefined) headers.set('stripe-should-retry', should);
  if (kind !== 'cut') return new Response(null, { status, headers });
  const broken = new ReadableStream({
    start: (controller) => controller.error(new TypeError('terminated')),
  });
  return new Response(broken, { status, headers });
}

function errorOf(kind: 'refused' | 'reset'): Error {
  const code = kind === 'refused' ? 'ECONNREFUSED' : 'ECONNRESET';
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
}

/** A `fetch` over the world's time, which meets one fate after the other. */
function fetchOver(world: World, script: readonly Fate[], sent: Sent[]): typeof fetch {
  return (_input, init) => {
    const { signal } = init ?? {};
    sent.push({
      at: world.now,
      key: new Headers(init?.headers).get('idempotency-key'),
      body: init?.body,
    });
    const fate = script[sent.length - 1];
    if (fate === undefined) throw new Error('more attempts than there can be');
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      const { kind, ms } = fate;
      if (kind === 'silent') return;
      world.after(ms, undefined, () => {
        if (kind === 'refused' || kind === 'reset') reject(errorOf(kind));
        else resolve(answerOf(fate));
      });
    });
  };
}

function natureOf({ key, method }: Call): { hasKey: boolean; canRepeat: boolean } {
  const isWrite = ['POST', 'PATCH'].includes(method);
  const hasKey = key === 'given' || (key === 'made' && isWrite);
  return { hasKey, canRepeat: hasKey || !isWrite };
}

async function run(call: Call, script: readonly Fate[]) {
  const world = new World(new Random(call.seed));
  const random = new Random(call.seed);
  const sent: Sent[] = [];
  const send = makeRetryingFetch(
    {
      attempts: call.attempts,
      deadline: call.deadline,
      timeout: call.timeout,
      key: call.key !== 'none',
      fetch: fetchOver(world, script, sent),
    },
    {
      clock: { now: () => world.now, monotonic: () => world.now },
      timers: { after: (ms, callback) => world.after(ms, undefined, callback) },
      random: () => random.next(),
      newKey: () => `made-${random.next()}`,
    },
  );
  const end: { at: number; response?: Response; error?: unknown } = { at: Number.NaN };
  const bytes = new TextEncoder().encode(BODY);
  const init = {
    method: call.method,
    ...(call.method !== 'GET' && { body: call.isBytes ? bytes : BODY }),
    ...(call.key === 'given' && { idempotencyKey: 'order-1' }),
  };
  void send('http://api.example/', init)
    .then(
      (response) => Object.assign(end, { response }),
      (error: unknown) => Object.assign(end, { error }),
    )
    .finally(() => Object.assign(end, { at: world.now }));
  // What is the caller's may change once the first attempt is under way.
  world.after(0, undefined, () => {
    if (sent.length > 0 && natureOf(call).canRepeat) bytes.fill(0);
  });
  await world.runUntil(100_000);
  return { sent, end };
}

type Call = typeof calls extends fc.Arbitrary<infer Value> ? Value : never;

describe('whatever goes wrong', () => {
  it('a request is sent again only where that is safe, as it was, in time, and its last answer given out', async () => {
    await fc.assert(
      fc.asyncProperty(calls, fates, async (call, script) => {
        const { sent, end } = await run(call, script);
        const { hasKey, canRepeat } = natureOf(call);

        expect(end.at).toBeLessThanOrEqual(call.deadline);
        expect(sent.length).toBeGreaterThanOrEqual(1);
        expect(sent.length).toBeLessThanOrEqual(canRepeat ? call.attempts : 1);
        for (const { key, body } of sent) {
          expect(key).toBe(sent[0]?.key);
          expect(await new Response(body).text()).toBe(call.method === 'GET' ? '' : BODY);
        }
        expect(sent[0]?.key === null).toBe(!hasKey);

        const met = script.slice(0, sent.length);
        for (const [at, fate] of met.slice(0, -1).entries()) {
          const isOver = fate.ms < call.timeout;
          if (isOver) expect(isFinal(fate, hasKey), `attempt ${at + 1} was final`).toBe(false);
          const asked = isOver && fate.kind === 'answered' ? (fate.retryAfter ?? 0) : 0;
          const next = sent[at + 1]?.at ?? Number.NaN;
          expect(next).toBeGreaterThanOrEqual((sent[at]?.at ?? 0) + asked * 1000);
        }

        const last = met.at(-1);
        const mayGoOn = canRepeat && sent.length < call.attempts;
        if (mayGoOn && last !== undefined && !isFinal(last, hasKey)) {
          const longest = Math.max(8000, (last.retryAfter ?? 0) * 1000);
          expect(call.deadline - end.at, 'given up early').toBeLessThanOrEqual(longest);
        }
        if (end.response !== undefined) expect(end.response.status).toBe(last?.status);
        else expect(isRuntwiceError(end.error, 'ERR_RUNTWICE_REQUEST_FAILED')).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
