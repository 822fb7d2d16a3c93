import { execFile } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { inspect, promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLedger } from '../../../src/open.ts';
import { Database, isMysqlThere, SERVER } from '../../support/mysql.ts';
import { tempFolder } from '../../support/tree.ts';

const OPTIONS = { namespace: 'shop', keep: '1d' } as const;
const CALL = { operation: 'charge', key: 'k', input: 7 };

describe.runIf(await isMysqlThere('ledgers by the URL of MariaDB'))('openLedger', () => {
  const { host, port, user, password } = SERVER;
  let db: Database;
  let rest: string;
  beforeAll(async () => {
    db = await Database.create();
    rest = `//${user}:${encodeURIComponent(password)}@${host}:${port}/${db.address.database}`;
  });
  afterAll(() => db.drop());

  it.each(['mysql', 'mariadb'])('opens %s://… and closes its connections', async (scheme) => {
    const ledger = await openLedger(`${scheme}:${rest}`, OPTIONS);
    let runs = 0;
    for (const _ of [1, 2]) expect(await ledger.once(CALL, () => ++runs)).toBe(1);
    await ledger.admin.forget(CALL);
    await Promise.all([ledger.close(), ledger.close()]);
    for (let open = 2; open > 1; ) {
      const [row] = await db.ask(
        'SELECT COUNT(*) AS n FROM information_schema.processlist WHERE db = DATABASE()',
      );
      open = Number(row?.['n']);
    }
  });

  it('lets the process end, though the ledger was not closed', async () => {
    const open = new URL('../../../dist/open.js', import.meta.url).href;
    const text = `import { openLedger } from '${open}';
      const ledger = await openLedger(process.argv[1], ${JSON.stringify(OPTIONS)});
      console.log(await ledger.once(${JSON.stringify({ ...CALL, key: 'end' })}, () => 'done'));`;
    const args = ['--input-type=module', '-e', text, `mysql:${rest}`];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 });
    expect(stdout).toBe('done\n');
  });

  it('says no password where it cannot be opened', async () => {
    for (const [wrong, why] of [
      [`mysql://nobody:secret@${host}:${port}/x`, 'nobody'],
      [`mysql://nobody:secret@${host}:1/x`, 'ECONNREFUSED'],
    ] as const) {
      const error: unknown = await openLedger(wrong, OPTIONS).catch((cause: unknown) => cause);
      const words = inspect(error, { depth: 9 });
      expect(words).toContain('ERR_RUNTWICE_STORE_UNAVAILABLE');
      expect(words).toContain(why);
      expect(words).not.toContain('secret');
    }
  });
});

it('openLedger says what to install where mysql2 is missing', async () => {
  const folder = tempFolder();
  cpSync('dist', join(folder, 'dist'), { recursive: true });
  const text = `import('./dist/open.js')
    .then(({ openLedger }) => openLedger('mysql://u:secret@h/d', { namespace: 'n', keep: 1 }))
    .catch(({ code, message, fix }) => console.log(code, message, fix));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', text], { cwd: folder });
  expect(stdout).toMatch(/^ERR_RUNTWICE_STORE_UNAVAILABLE .*not installed.*npm install mysql2/u);
  expect(stdout).not.toContain('secret');
});
