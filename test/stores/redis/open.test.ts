import { execFile } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLedger } from '../../../src/open.ts';
import { isRedisInstalled, PrivateRedis } from '../../support/redis-private.ts';
import { tempFolder } from '../../support/tree.ts';

const OPTIONS = { namespace: 'shop', keep: '1d' } as const;
const CALL = { operation: 'charge', key: 'k', input: 7 };

/** What an attempt to open says, with all that it was caused by. */
async function said(url: string): Promise<string> {
  const error: unknown = await openLedger(url, OPTIONS).catch((cause: unknown) => cause);
  const { inspect } = await import('node:util');
  return inspect(error, { depth: 9 });
}

describe.runIf(isRedisInstalled('ledgers by the URL of Redis'))('openLedger', () => {
  let server: PrivateRedis;
  let url: string;
  beforeAll(async () => {
    server = await PrivateRedis.start();
    await server.ask((client) => client.acl('SETUSER', 'shop', 'on', '>secret', '~*', '+@all'));
    url = `redis://shop:secret@127.0.0.1:${server.address.port}`;
  });
  afterAll(() => server.remove());

  it('opens redis://… and closes its connections', async () => {
    const ledger = await openLedger(url, OPTIONS);
    let runs = 0;
    for (const _ of [1, 2]) expect(await ledger.once(CALL, () => ++runs)).toBe(1);
    await ledger.admin.forget(CALL);
    const open = () => server.ask(async (client) => String(await client.client('LIST')));
    expect(await open()).toContain('name=runtwice');
    await Promise.all([ledger.close(), ledger.close()]);
    await server.until(async () => !(await open()).includes('name=runtwice'));
  });

  it('lets the process end, though the ledger was not closed', async () => {
    const open = new URL('../../../dist/open.js', import.meta.url).href;
    const text = `import { openLedger } from '${open}';
      const ledger = await openLedger(process.argv[1], ${JSON.stringify(OPTIONS)});
      console.log(await ledger.once(${JSON.stringify({ ...CALL, key: 'end' })}, () => 'done'));`;
    const args = ['--input-type=module', '-e', text, url];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 });
    expect(stdout).toBe('done\n');
  });

  it('names the URL without its password in the commands of errors', async () => {
    const ledger = await openLedger(url, OPTIONS);
    const run = () => {
      throw new Error('it broke');
    };
    await expect(ledger.once({ ...CALL, key: 'unknown' }, run)).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_OUTCOME_UNKNOWN',
      fix: expect.stringMatching(/--ledger redis:\/\/shop@127\.0\.0\.1:\d+ --did-not-happen/u),
    });
    await ledger.close();
  });

  it('says no password where it cannot be opened', async () => {
    const { port } = server.address;
    for (const [wrong, why] of [
      [`redis://nobody:secret2@127.0.0.1:${port}`, 'WRONGPASS'],
      ['redis://shop:secret2@127.0.0.1:1', 'ECONNREFUSED'],
      [`rediss://shop:secret2@127.0.0.1:${port}`, 'cannot be reached'],
    ] as const) {
      const words = await said(wrong);
      expect(words).toContain('ERR_RUNTWICE_STORE_UNAVAILABLE');
      expect(words).toContain(why);
      expect(words).not.toContain('secret2');
    }
  });
});

it('says what to install where ioredis is missing', async () => {
  const folder = tempFolder();
  cpSync('dist', join(folder, 'dist'), { recursive: true });
  const text = `import('./dist/open.js')
    .then(({ openLedger }) => openLedger('redis://u:secret@h', { namespace: 'n', keep: 1 }))
    .catch(({ code, message, fix }) => console.log(code, message, fix));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', text], { cwd: folder });
  expect(stdout).toMatch(/^ERR_RUNTWICE_STORE_UNAVAILABLE .*not installed.*npm install ioredis/u);
  expect(stdout).not.toContain('secret');
});
