// Real commands, with what each scenario has to say of them. Why it does is known from what they do.
import { describe, expect, it } from 'vitest';
import { answersOf, canCheck, check, isInstalled } from '../support/check.ts';
import { MAIN } from '../support/cli.ts';

interface Case {
  readonly command: readonly string[];
  readonly files?: Record<string, string>;
  readonly verdict: string;
  readonly twice: string;
  readonly interrupted?: string;
  readonly together?: string;
}

const EXPORT = `import os, shutil
os.makedirs('out', exist_ok=True)
for name in sorted(os.listdir('in')):
    to = os.path.join('out', name)
    if not os.path.exists(to):
        shutil.copy2(os.path.join('in', name), to)
`;

const OPEN = `import { DatabaseSync } from 'node:sqlite';
const db = new DatabaseSync('t.db', { timeout: 10_000 });
db.exec('CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, name TEXT)');`;

const IN = { 'in/a.txt': 'a'.repeat(1000), 'in/b.txt': 'b'.repeat(2000) };

const CASES: Record<string, Case> = {
  'the textbook export in Python: looks, then copies': {
    command: ['python3', 'export.py'],
    files: { ...IN, 'export.py': EXPORT },
    verdict: 'not safe',
    twice: 'nothing to do',
    interrupted: 'silent damage',
  },
  'cp -n: the same': {
    command: ['cp', '-n', 'in/a.txt', 'copy.txt'],
    files: IN,
    verdict: 'not safe',
    twice: 'nothing to do',
    interrupted: 'silent damage',
  },
  'cp: writes again what is there': {
    command: ['cp', 'in/a.txt', 'copy.txt'],
    files: IN,
    verdict: 'safe with notes',
    twice: 'touched only',
    interrupted: 'recovers',
  },
  'rsync -a: a temporary name, then a rename; what is killed leaves that behind': {
    command: ['rsync', '-a', 'in/', 'out/'],
    files: IN,
    verdict: 'safe with notes',
    twice: 'nothing to do',
    interrupted: 'leftovers',
  },
  'mkdir -p': {
    command: ['mkdir', '-p', 'a/b'],
    verdict: 'safe',
    twice: 'nothing to do',
    interrupted: 'recovers',
    together: 'same',
  },
  'mkdir: refuses what is there': {
    command: ['mkdir', 'a'],
    verdict: 'safe with notes',
    twice: 'refused',
    interrupted: 'recovers',
    together: 'one refused',
  },
  'a line that is appended': {
    command: ['sh', '-c', 'echo line >> list'],
    verdict: 'not safe',
    twice: 'changed again',
    interrupted: 'repeated effect',
  },
  'a counter': {
    command: ['sh', '-c', 'n=$(cat n); echo $((n + 1)) > n'],
    files: { n: '1\n' },
    verdict: 'not safe',
    twice: 'changed again',
  },
  'a new name for each run': {
    command: ['mktemp', './made.XXXXXX'],
    verdict: 'not safe',
    twice: 'changed again',
  },
  'the time in a file': {
    command: ['sh', '-c', 'date +%s > now'],
    verdict: 'not safe',
    twice: 'changed again',
  },
  'gzip: the original is gone, so that there is nothing left to pack': {
    command: ['gzip', 'in/a.txt'],
    files: IN,
    verdict: 'not safe',
    twice: 'refused',
    interrupted: 'stuck',
  },
  'a lock that a killed run leaves': {
    command: ['sh', '-c', 'set -e; mkdir lock; cp in/a.txt a; rmdir lock'],
    files: IN,
    verdict: 'not safe',
    twice: 'touched only',
    interrupted: 'stuck',
  },
  'a lock in /tmp that a killed run leaves, and nothing else': {
    command: ['sh', '-c', 'mkdir /tmp/lock && rmdir /tmp/lock'],
    verdict: 'not safe',
    twice: 'nothing to do',
    interrupted: 'stuck',
  },
  'ln -sfn: sets what is set': {
    command: ['ln', '-sfn', 'in', 'now'],
    files: IN,
    verdict: 'safe with notes',
    twice: 'touched only',
  },
  'a log that grows': {
    command: ['sh', '-c', 'mkdir -p out; echo ran >> run.log'],
    verdict: 'safe',
    twice: 'nothing to do',
  },
  'an upsert in SQLite: other bytes, the same rows': {
    command: [process.execPath, '--no-warnings', 'upsert.mjs'],
    files: { 'upsert.mjs': `${OPEN} db.exec("REPLACE INTO t VALUES (1, 'a')");` },
    verdict: 'safe with notes',
    twice: 'touched only',
    interrupted: 'recovers',
  },
  'an insert in SQLite': {
    command: [process.execPath, '--no-warnings', 'insert.mjs'],
    files: { 'insert.mjs': `${OPEN} db.exec("INSERT INTO t (name) VALUES ('a')");` },
    verdict: 'not safe',
    twice: 'changed again',
    interrupted: 'repeated effect',
  },
  'a lock with the id of its process, taken over where that is dead': {
    command: [
      'sh',
      '-c',
      '[ -e lock ] && kill -0 "$(cat lock)" && exit 1; echo $$ > lock.$$; mv lock.$$ lock; mkdir -p a; rm lock',
    ],
    verdict: 'safe with notes',
    twice: 'nothing to do',
    interrupted: 'leftovers',
  },
  'a name with the id of the process': {
    command: ['sh', '-c', 'echo > run.$$'],
    verdict: 'not safe',
    twice: 'changed again',
    interrupted: 'repeated effect',
  },
  'what is newer than a stamp: killed before the stamp has its time, nothing is newer any more': {
    command: [
      'sh',
      '-c',
      '[ -e stamp ] || touch -d 1980-01-01 stamp; mkdir -p out; find in -type f -newer stamp -exec cp -t out {} +; touch stamp',
    ],
    files: IN,
    verdict: 'not safe',
    twice: 'touched only',
    interrupted: 'silent damage',
  },
  'nothing at all': {
    command: ['true'],
    verdict: 'safe',
    twice: 'nothing to do',
    interrupted: 'recovers',
    together: 'same',
  },
};

describe.runIf(canCheck('checks of commands'))('a check of', () => {
  for (const [name, { command, files, verdict, ...answers }] of Object.entries(CASES)) {
    it.runIf(isInstalled(command[0] ?? ''))(name, { timeout: 120_000 }, async () => {
      const report = await check(command, files);
      expect(
        { ...answersOf(report), verdict: report.verdict },
        JSON.stringify(report.scenarios),
      ).toMatchObject({ ...answers, verdict });
      expect(report.exit).toBe(verdict === 'not safe' ? 1 : 0);
    });
  }

  it('runtwice export', { timeout: 120_000 }, async () => {
    const report = await check([process.execPath, MAIN, 'export', 'in', 'out'], IN);
    expect({ ...answersOf(report), verdict: report.verdict }, JSON.stringify(report)).toEqual({
      twice: 'nothing to do',
      together: 'same',
      interrupted: 'recovers',
      verdict: 'safe',
    });
  });
});
