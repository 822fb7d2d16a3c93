// Writes that change neither the size of a file nor, at first sight, its times.
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { answersOf, canCheck, check, isInstalled } from '../support/check.ts';
import { requireOrSay } from '../support/require.ts';

const TMPFS = 0x01021994;
const isTmpfs = () => process.platform === 'linux' && statfsSync('/dev/shm').type === TMPFS;
const canRun = canCheck('writes that are hard to see') && isInstalled('python3');

describe.runIf(canRun)('a program that writes', () => {
  const wal = `import sqlite3, os
db = sqlite3.connect('t.db')
db.execute('pragma journal_mode=wal')
db.execute('create table if not exists t(a)')
ROWS
db.commit()
os._exit(0)`;

  it('rows to the journal of a database, and leaves them there, changes it', async () => {
    const files = { 'add.py': wal.replace('ROWS', "db.execute('insert into t values (1)')") };
    const report = await check(['python3', 'add.py'], files, ['--only', 'twice']);
    expect(answersOf(report)).toEqual({ twice: 'changed again' });
  });

  const map = `import mmap
with open('data', 'r+b') as file:
    memory = mmap.mmap(file.fileno(), 0)
    memory[0] = (memory[0] + 1) % 256`;

  it.runIf(requireOrSay(isTmpfs(), 'tmpfs at /dev/shm', 'writes through memory'))(
    'to a file through memory, on tmpfs, changes it',
    async () => {
      const tmp = mkdtempSync('/dev/shm/runtwice-test-');
      onTestFinished(() => rmSync(tmp, { recursive: true }));
      const files = { 'map.py': map, data: 'a'.repeat(5000) };
      const env = { TMPDIR: tmp };
      const report = await check(['python3', 'map.py'], files, ['--only', 'twice'], env);
      expect(answersOf(report)).toEqual({ twice: 'changed again' });
    },
  );
});
