// The check on a real server: right as it is, and with one thing taken out of it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  assertSafeToRunTwice,
  type CheckReport,
  checkHttpServer,
  type HttpServerOptions,
  reportText,
  type ServerQuestion,
  serverProcess,
} from '../../../src/check/index.ts';
import { freePort } from '../../support/free-port.ts';
import { REQUESTS } from './server/routes.ts';

const MAIN = fileURLToPath(new URL('server/main.ts', import.meta.url));

async function check(
  fault: string,
  options: Partial<HttpServerOptions> = {},
  env: Record<string, string> = {},
): Promise<CheckReport> {
  const folder = mkdtempSync(join(tmpdir(), 'runtwice-http-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const start = serverProcess({
    command: [process.execPath, MAIN, String(port), join(folder, 'kept.db')],
    url,
    env: { ...process.env, ...env, BREAK: fault },
  });
  try {
    return await checkHttpServer(start, {
      requests: REQUESTS,
      effects: async (at) => Number(await (await fetch(new URL('/effects', at))).text()),
      settle: 50,
      recovery: '3s',
      timeout: '10s',
      ...options,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function answersOf({ scenarios }: CheckReport): Partial<Record<string, string>> {
  return Object.fromEntries(scenarios.map(({ scenario, answer }) => [scenario, answer]));
}

const RIGHT = {
  twice: 'replayed',
  together: 'busy',
  interrupted: 'recovers',
  'client gone': 'recovers',
  'other body': 'told apart',
  'other user': 'told apart',
  'other path': 'told apart',
  'other key': 'told apart',
  'no key': 'told apart',
};

describe('a server that is right', { timeout: 120_000 }, () => {
  it('is safe, with all kinds of answers', async () => {
    const report = await check('nothing');
    expect(answersOf(report), reportText(report)).toEqual(RIGHT);
    expect(report).toMatchObject({ verdict: 'safe', notes: [], unobserved: [] });
    // Of each of the seven with an effect: after its answer, and in the middle.
    expect(report.points.tried).toBeGreaterThanOrEqual(14);
    assertSafeToRunTwice(report, { notes: 'refuse' });
  });
});

const ONE = REQUESTS.slice(0, 2);

/** What is taken out of it, what is asked, and what the check says of it. */
const BROKEN: readonly (readonly [fault: string, question: ServerQuestion, answer: string])[] = [
  ['in memory', 'interrupted', 'repeated effect'],
  ['runs again', 'interrupted', 'repeated effect'],
  ['stuck', 'interrupted', 'stuck'],
  ['marks first', 'interrupted', 'silent damage'],
  ['says unknown', 'interrupted', 'unknown'],
  ['answers first', 'interrupted', 'repeated effect'],
  ['looks first', 'together', 'repeated effect'],
  ['waits', 'together', 'same'],
  ['waits for its client', 'client gone', 'stuck'],
  ['text only', 'twice', 'differs'],
  ['no streams', 'twice', 'differs'],
  ['no headers', 'twice', 'differs'],
  ['always 200', 'twice', 'differs'],
  ['errors are no answers', 'twice', 'repeated effect'],
  ['not kept', 'twice', 'refused'],
  ['any body', 'other body', 'silent damage'],
  ['runs other body', 'other body', 'repeated effect'],
  ['409 for all', 'other body', 'refused'],
  ['any user', 'other user', 'leaked'],
  ['any path', 'other path', 'silent damage'],
  ['by body', 'other key', 'silent damage'],
  ['runs without a key', 'no key', 'unprotected'],
  ['422 for all', 'no key', 'refused'],
];

describe.concurrent('a server', { timeout: 120_000 }, () => {
  it.each(BROKEN)('that %s, asked "%s", is seen as %s', async (fault, question, answer) => {
    const requests = question === 'twice' ? REQUESTS : ONE;
    const isCut = question === 'interrupted' || question === 'client gone';
    // As long as the docs ask for: on a busy machine a kill is late, and still in the middle.
    const env = isCut ? { STEP_MS: '150' } : undefined;
    const report = await check(fault, { only: [question], requests }, env);
    expect(answersOf(report), reportText(report)).toEqual({ [question]: answer });
  });
});

describe.concurrent('what was not seen', { timeout: 120_000 }, () => {
  const [orders = { path: '/orders' }] = REQUESTS;

  it.each<[string, Partial<HttpServerOptions>, string]>([
    [
      'no request has another body',
      { requests: [{ path: '/orders' }], only: ['other body'] },
      'no request has an otherBody',
    ],
    ['there is one path', { requests: [orders], only: ['other path'] }, 'no two requests'],
    ['no time is left', { requests: [orders], only: ['interrupted'], budget: 0 }, '1 inconclusive'],
  ])('is inconclusive: %s', async (_, options, words) => {
    const report = await check('nothing', options);
    expect(report.verdict, reportText(report)).toBe('inconclusive');
    expect(report.scenarios[0]?.summary).toContain(words);
  });

  it.each<[string, Partial<HttpServerOptions>, string]>([
    ['nothing has an effect', { effects: () => 0 }, 'no request had an effect'],
    ['effects are no numbers', { effects: () => Number.NaN }, 'effects gave NaN'],
    [
      'effects cannot be counted',
      { effects: () => Promise.reject(new Error('gone')) },
      'effects failed: gone',
    ],
    [
      'the first is not answered',
      { requests: [{ path: '/nowhere' }] },
      'the first POST /nowhere failed',
    ],
  ])('is inconclusive: %s', async (_, options, words) => {
    const report = await check('nothing', { only: ['twice'], ...options });
    expect(report).toMatchObject({ verdict: 'inconclusive', scenarios: [] });
    expect(report.unobserved.join()).toContain(words);
  });

  it('is inconclusive: what counts the effects forgets them with the server', async () => {
    let last = 0;
    let count = 0;
    const forgets = async (url: URL): Promise<number> => {
      const now = Number(await (await fetch(new URL('/effects', url))).text());
      count = now < last ? 0 : Math.max(0, now - last);
      return count;
    };
    const report = await check('nothing', {
      requests: [orders],
      only: ['interrupted'],
      effects: forgets,
      onProgress: ({ question }) => {
        if (question === 'interrupted') last = 1;
      },
    });
    expect(report.unobserved.join()).toContain('has to survive a kill');
  });

  it('names the kinds of answers that did not come', async () => {
    const report = await check('nothing', { requests: [orders], only: ['twice'] });
    expect(report).toMatchObject({ verdict: 'safe' });
    expect(report.notes.join()).toContain('a stream, binary data, a 204, 1 MiB or more');
  });

  it('is inconclusive: a server that ends by itself', async () => {
    const report = await check('ends by itself', { requests: [orders], only: ['twice'] });
    expect(report.verdict, reportText(report)).toBe('inconclusive');
    expect(report.unobserved.join()).toContain('it ended by itself and was started again');
  });
});

describe.concurrent('a check of a server', { timeout: 120_000 }, () => {
  it('takes a missing key for unsafe where it has to be there', async () => {
    const options = { requests: ONE, only: ['no key'], keyRequired: true } as const;
    const report = await check('runs without a key', options);
    expect(report.verdict).toBe('not safe');
    expect(() => assertSafeToRunTwice(report)).toThrow('a key is required here');
  });

  it('tells what was sent, what came, why it matters and what helps', async () => {
    const report = await check('any user', { requests: ONE.slice(0, 1), only: ['other user'] });
    const text = reportText(report);
    expect(text).toMatch(/leaked: POST \/orders: its key, sent by another user\n {5}then: 201, /u);
    expect(text).toContain('0 effects, 1 wanted');
    expect(text).toContain('why: keys are made by clients');
    expect(text).toContain('fix: look keys up by the user as well');
    expect(text).toMatch(/ {2}1 start, 0 of 0 moments/u);
  });

  it('sends the key as it is told to', async () => {
    const options = { requests: ONE, only: ['twice'], keyHeader: 'X-Key' } as const;
    const report = await check('nothing', { ...options, keyValue: (id) => id });
    expect(report.unobserved.join()).toContain('400');
  });

  it('ends with its signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(check('nothing', { signal })).rejects.toThrow('enough');
  });

  it.each<[string, Partial<HttpServerOptions>]>([
    ['no requests', { requests: [] }],
    ['a path that is none', { requests: [{ path: 'orders' }] }],
    ['a question that is none', { only: ['twice', 'thrice' as 'twice'] }],
    ['a duration that is none', { recovery: 'soon' as '1s' }],
  ])('refuses %s before anything is started', async (_, options) => {
    const refused = await check('nothing', options).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'ERR_RUNTWICE_INVALID_ARGUMENT' });
  });
});
