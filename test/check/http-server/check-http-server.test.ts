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
): Promise<CheckReport> {
  const folder = mkdtempSync(join(tmpdir(), 'runtwice-http-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const start = serverProcess({
    command: [process.execPath, MAIN, String(port), join(folder, 'kept.db')],
    url,
    env: { ...process.env, BREAK: fault },
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
    expect(report.points.tried).toBeGreaterThan(20);
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
    const report = await check(fault, { only: [question], requests });
    expect(answersOf(report), reportText(report)).toEqual({ [question]: answer });
  });
});
