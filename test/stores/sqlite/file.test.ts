import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isRuntwiceError } from '../../../src/core/errors.ts';
import type { Store } from '../../../src/once/store/types.ts';
import { sqliteStore } from '../../../src/stores/sqlite/index.ts';
import { Mounts, mounted } from '../../support/files-mounts.ts';
import { asUser, give } from '../../support/files-user.ts';
import { tempFolder } from '../../support/tree.ts';

const TIMES = { leaseMs: 1000, keepMs: Number.POSITIVE_INFINITY, rememberMs: 0 };
const mounts = new Mounts();
let mask = 0;

beforeAll(() => {
  mask = process.umask(0o022);
});

afterAll(() => {
  process.umask(mask);
  mounts.close();
});

async function claimIn(store: Store, id = 'key'): Promise<boolean> {
  return (await store.claim({ id, owner: 'me', fingerprint: 'f', ...TIMES })).claimed;
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o7777).toString(8);
}

/** It is refused with the reason and with what to do; what is there stays as it is. */
async function expectRefused(path: string, why: RegExp): Promise<void> {
  const error: unknown = await sqliteStore(path).catch((reason: unknown) => reason);
  expect(isRuntwiceError(error, 'ERR_RUNTWICE_STORE_UNAVAILABLE'), String(error)).toBe(true);
  expect(error).toMatchObject({
    message: expect.stringMatching(why),
    fix: expect.stringMatching(/^Nothing was run/),
    data: { path },
  });
}

describe('what is made', () => {
  it('is its owner’s only: the file, what SQLite puts beside it, and the folders', async () => {
    const root = tempFolder();
    const folder = join(root, 'new', 'folder');
    const store = await sqliteStore(join(folder, 'ledger.db'));
    await claimIn(store);
    const files = readdirSync(folder);
    expect(files.sort()).toEqual(['ledger.db', 'ledger.db-shm', 'ledger.db-wal']);
    expect(files.map((name) => modeOf(join(folder, name)))).toEqual(['600', '600', '600']);
    expect([modeOf(folder), modeOf(join(root, 'new'))]).toEqual(['700', '700']);
    await store.close();
  });

  it('leaves the modes of what was there', async () => {
    const folder = tempFolder();
    const path = join(folder, 'ledger.db');
    writeFileSync(path, '');
    chmodSync(path, 0o640);
    chmodSync(folder, 0o755);
    const store = await sqliteStore(path);
    await claimIn(store);
    expect([modeOf(path), modeOf(`${path}-wal`), modeOf(folder)]).toEqual(['640', '640', '755']);
    await store.close();
  });

  it('is one file again when it is closed', async () => {
    const folder = tempFolder();
    const store = await sqliteStore(join(folder, 'ledger.db'));
    await claimIn(store);
    await store.close();
    expect(readdirSync(folder)).toEqual(['ledger.db']);
  });
});

describe('a path', () => {
  it.each([':memory:', 'file:ledger.db?mode=memory', 'a b%20ü#?.db', '-ledger', "it's.db"])(
    'is the file of that name: %s',
    async (name) => {
      const folder = tempFolder();
      vi.spyOn(process, 'cwd').mockReturnValue(folder);
      const store = await sqliteStore(name);
      await claimIn(store);
      await store.close();
      expect(readdirSync(folder)).toEqual([name]);
      const again = await sqliteStore(join(folder, name));
      expect((await again.read('key'))?.record.owner).toBe('me');
      await again.close();
    },
  );

  it('means the same file when the working folder is another by then', async () => {
    const [one, two] = [tempFolder(), tempFolder()];
    const cwd = vi.spyOn(process, 'cwd').mockReturnValue(one);
    const store = await sqliteStore('ledger.db');
    cwd.mockReturnValue(two);
    await claimIn(store);
    await store.close();
    expect([readdirSync(one), readdirSync(two)]).toEqual([['ledger.db'], []]);
  });
});

describe('what cannot be a ledger', () => {
  it('a file that is no database: it stays as it is', async () => {
    const path = join(tempFolder(), 'ledger.db');
    const text = 'not a database, but something that somebody needs\n'.repeat(100);
    writeFileSync(path, text);
    await expectRefused(path, /file is not a database/);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('a database that is cut off', async () => {
    const path = join(tempFolder(), 'ledger.db');
    await (await sqliteStore(path)).close();
    writeFileSync(path, readFileSync(path).subarray(0, 5000));
    await expectRefused(path, /malformed/);
  });

  it('a table of that name that is no ledger', async () => {
    const path = join(tempFolder(), 'ledger.db');
    const db = new DatabaseSync(path);
    db.exec('CREATE TABLE runtwice_ledger (id TEXT, other TEXT)');
    db.close();
    await expectRefused(path, /runtwice_ledger|no such column|purge_after/);
  });

  it('a folder', async () => {
    await expectRefused(tempFolder(), /illegal operation on a directory|EISDIR/);
  });

  it('a file in a file', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'file'), '');
    await expectRefused(join(folder, 'file', 'ledger.db'), /not a directory|ENOTDIR|EEXIST/);
  });

  it('a file in a folder that cannot be made', async () => {
    const folder = tempFolder();
    chmodSync(folder, 0o555);
    const path = join(folder, 'new', 'ledger.db');
    await asUser(() => expectRefused(path, /permission denied|EACCES/));
    expect(existsSync(join(folder, 'new'))).toBe(false);
  });

  it('a file in a folder that is read-only', async () => {
    const folder = tempFolder();
    give(folder);
    chmodSync(folder, 0o555);
    await asUser(() => expectRefused(join(folder, 'ledger.db'), /permission denied|EACCES/));
  });

  it('a file that may only be read', async () => {
    const folder = tempFolder();
    const path = join(folder, 'ledger.db');
    await (await sqliteStore(path)).close();
    give(folder, path);
    chmodSync(path, 0o444);
    await asUser(() => expectRefused(path, /permission denied|EACCES/));
  });

  it('a file on a file system that is read-only', async (context) => {
    const folder = tempFolder();
    await (await sqliteStore(join(folder, 'ledger.db'))).close();
    const path = join(mounted(context, mounts.readOnly(folder)), 'ledger.db');
    await expectRefused(path, /read-only file system|EROFS/);
  });
});

describe('a file that is shared', () => {
  it('with tables of an application: they stay, and so does the ledger', async () => {
    const path = join(tempFolder(), 'app.db');
    const db = new DatabaseSync(path);
    db.exec("CREATE TABLE orders (id TEXT); INSERT INTO orders VALUES ('one')");
    const store = await sqliteStore(path);
    expect(await claimIn(store)).toBe(true);
    expect(db.prepare('SELECT id FROM orders').all()).toEqual([{ id: 'one' }]);
    db.close();
    await store.close();
  });

  it('with a transaction of an application: the claim waits for its end', async () => {
    const path = join(tempFolder(), 'app.db');
    const store = await sqliteStore(path);
    const db = new DatabaseSync(path);
    db.exec('BEGIN IMMEDIATE; CREATE TABLE orders (id TEXT)');
    let isClaimed: boolean | undefined;
    const claimed = claimIn(store).then((is) => {
      isClaimed = is;
    });
    const other = await sqliteStore(path);
    expect(await other.read('key')).toBeUndefined();
    expect(isClaimed).toBeUndefined();
    db.exec('COMMIT');
    await claimed;
    expect((await other.read('key'))?.record.owner).toBe('me');
    db.close();
    await Promise.all([store.close(), other.close()]);
  });

  it('by a link: all names are one ledger', async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'real'));
    const one = await sqliteStore(join(folder, 'real', 'ledger.db'));
    const two = await sqliteStore(join(folder, 'real', '..', 'real', 'ledger.db'));
    expect([await claimIn(one), (await two.read('key'))?.record.owner]).toEqual([true, 'me']);
    await Promise.all([one.close(), two.close()]);
  });
});
