import { execFile } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLedger } from '../../../src/open.ts';
import { Database, isPostgresThere } from '../../support/postgres.ts';
import { tempFolder } from '../../support/tree.ts';

const OPTIONS = { namespace: 'shop', keep: '1d' } as const;
const CALL = { operation: 'charge', key: 'k', input: 7 };

/** What an attempt to open says, with all that it was caused by. */
async function said(url: string): Promise<string> {
  const error: unknown = await openLedger(url, OPTIONS).catch((cause: unknown) => cause);
  const { inspect } = await import('node:util');
  return inspect(error, { depth: 9 });
}

describe.runIf(await isPostgresThere('ledgers by the URL of PostgreSQL'))('openLedger', () => {
  let db: Database;
  let url: string;
  beforeAll(async () => {
    db = await Database.create();
    const { host, port, user, password = '', database } = db.address;
    url = `postgres://${user}:${encodeURIComponent(password || 'secret')}@${host}:${port}/${database}`;
  });
  afterAll(() => db.drop());

  it.each(['postgres:', 'postgresql:'])(
    'opens %s//… and closes its connections',
    async (scheme) => {
      const ledger = await openLedger(url.replace('postgres:', scheme), OPTIONS);
      let runs = 0;
      for (const _ of [1, 2]) expect(await ledger.once(CALL, () => ++runs)).toBe(1);
      await ledger.admin.forget(CALL);
      const open = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'runtwice'";
      expect((await db.ask(open)).length).toBeGreaterThan(0);
      await Promise.all([ledger.close(), ledger.close()]);
      await db.until(`SELECT 1 WHERE NOT EXISTS (${open} AND datname = current_database())`);
    },
  );

  it('lets the process end, though the ledger was not closed', async () => {
    const open = new URL('../../../dist/open.js', import.meta.url).href;
    const text = `import { openLedger } from '${open}';
      const ledger = await openLedger(process.argv[1], ${JSON.stringify(OPTIONS)});
      console.log(await ledger.once(${JSON.stringify({ ...CALL, key: 'end' })}, () => 'done'));`;
    const args = ['--input-type=module', '-e', text, url];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout).toBe('done\n');
  });

  it('names the URL without its password in the commands of errors', async () => {
    const ledger = await openLedger(`${url}?password=secret2`, OPTIONS);
    const call = { ...CALL, key: 'unknown' };
    const run = () => {
      throw new Error('it broke');
    };
    const fix = /--ledger postgres:\/\/\w+@[\w.]+:\d+\/runtwice_test_\w+ --did-not-happen/u;
    await expect(ledger.once(call, run)).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_OUTCOME_UNKNOWN',
      fix: expect.stringMatching(fix),
    });
    await ledger.close();
  });

  it('says no password where it cannot be opened', async () => {
    const { host, port, database } = db.address;
    for (const [wrong, why] of [
      [`postgres://nobody:secret@${host}:${port}/${database}`, 'nobody'],
      [`postgres://nobody:secret@${host}:1/${database}`, 'ECONNREFUSED'],
      [`postgres://postgres:secret@${host}:${port}/lost`, 'lost'],
      ['postgres://postgres:secret@host:port/lost?password=secret', 'URL'],
    ] as const) {
      const words = await said(wrong);
      expect(words).toContain('ERR_RUNTWICE_STORE_UNAVAILABLE');
      expect(words).toContain(why);
      expect(words).not.toContain('secret');
    }
  });
});

describe('openLedger', () => {
  it.each(['postgre://u:secret@h/d', 'pg://u:s@secret@h/d', 'x://h/d?a=b&password=secret'])(
    'refuses %s, and says no password',
    async (url) => {
      const words = await said(url);
      expect(words).toContain('is no ledger');
      expect(words).not.toContain('secret');
    },
  );

  it('says what to install where pg is missing', async () => {
    const folder = tempFolder();
    cpSync('dist', join(folder, 'dist'), { recursive: true });
    const text = `import('./dist/open.js')
      .then(({ openLedger }) => openLedger('postgres://u:secret@h/d', { namespace: 'n', keep: 1 }))
      .catch(({ code, message, fix }) => console.log(code, message, fix));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', text], { cwd: folder });
    expect(stdout).toMatch(/^ERR_RUNTWICE_STORE_UNAVAILABLE .*not installed.*npm install pg/u);
    expect(stdout).not.toContain('secret');
  });
});
