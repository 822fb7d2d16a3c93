// Programs whose disk is full or broken, and whose connections are cut.
import { describe, expect, it } from 'vitest';
import { answersOf, canCheck, check, isInstalled } from '../support/check.ts';
import { cli } from '../support/cli.ts';

const ONLY = ['--only', 'faults'];
const FILES = { a: 'a'.repeat(1000) };
const POST = 'curl -sS -X POST -d amount=1';
const URL = 'http://api.example/charge';

interface Case {
  readonly line: string;
  readonly answer: string;
  /** Of the first finding: where, what came of it, what is wrong. */
  readonly what?: string;
  readonly next?: string;
  readonly path?: string;
}

const CASES: Record<string, Case> = {
  'a copy that says when it failed, and is made again': { line: 'cp a b', answer: 'recovers' },
  'a copy that nobody looks at': {
    line: 'cp a b || true',
    answer: 'silent damage',
    what: 'the disk was full from create b on: exit 0',
    next: 'it said that all went well, so it is not run again',
    path: 'b is missing',
  },
  'a copy that nobody looks at, and that is half there': {
    line: 'cp a b 2>&1; exit 0',
    answer: 'silent damage',
  },
  'a copy that is not made again where there is one': {
    line: '[ -e b ] || cp a b',
    answer: 'silent damage',
    what: 'the disk was full from write b on: exit 1',
    next: 'exit 0',
    path: 'b differs from that of a clean run',
  },
  'a copy that is taken away where it failed': {
    line: '[ -e b ] || cp a b || { rm -f b; exit 1; }',
    answer: 'recovers',
  },
  'a temporary name that is the same each time': {
    line: '[ -e b ] || { cp a b.new && mv b.new b; }',
    answer: 'recovers',
  },
  'a temporary name that is another each time': {
    line: 't=$(mktemp ./b.XXXXXX) && cp a "$t" && mv "$t" b',
    answer: 'leftovers',
  },
  'two folders, as what is full stays full': {
    line: 'mkdir x; mkdir y; exit 0',
    answer: 'silent damage',
    what: 'the disk was full from mkdir x on: exit 0',
    path: 'y is missing',
  },
  'a lock that stays': {
    line: 'set -e; mkdir lock; cp a b; rmdir lock',
    answer: 'stuck',
    what: 'the disk was full from create b on: exit 1',
  },
  'a line that is added, and then a mark, without which it is added again': {
    line: '[ -e done ] || { echo line >> list && : > done; }',
    answer: 'silent damage',
    what: 'the disk was full from create done on: exit 2',
    path: 'list differs from that of a clean run (10 bytes instead of 5)',
  },
  'a log that cannot be written, which does not count': {
    line: 'echo ran >> run.log; exit 0',
    answer: 'recovers',
  },
};

const REQUESTS: Record<string, Case> = {
  'a POST without a key': {
    line: `${POST} ${URL}`,
    answer: 'repeated effect',
    what: `POST ${URL} was cut off when the server had it: exit 52`,
    path: `2 times POST ${URL}, 1 in a clean run; without an Idempotency-Key`,
  },
  'a POST with a key': {
    line: `${POST} -H 'Idempotency-Key: order-1' ${URL}`,
    answer: 'recovers',
  },
  'a POST that is tried again at once, without a key': {
    line: `${POST} ${URL} || ${POST} ${URL}`,
    answer: 'repeated effect',
    next: 'it said that all went well, so it is not run again',
  },
  'a POST that is tried again at once, with a key': {
    line: `k='Idempotency-Key: 1'; ${POST} -H "$k" ${URL} || ${POST} -H "$k" ${URL}`,
    answer: 'recovers',
  },
  'a POST that nobody looks at, encrypted': {
    line: `${POST} ${URL.replace('http:', 'https:')}; exit 0`,
    answer: 'silent damage',
    what: `POST ${URL.replace('http:', 'https:')} was cut off before the server had it: exit 0`,
    path: `0 times POST ${URL.replace('http:', 'https:')}, 1 in a clean run`,
  },
  'a list that is fetched': { line: `curl -sS ${URL} -o list`, answer: 'recovers' },
};

describe.runIf(canCheck('commands whose disk or network fails'))('what fails for', () => {
  const cases = { ...CASES, ...(isInstalled('curl') ? REQUESTS : {}) };
  for (const [name, { line, answer, what, next, path }] of Object.entries(cases)) {
    it(name, { timeout: 60_000 }, async () => {
      const report = await check(['sh', '-c', line], FILES, ONLY);
      expect(answersOf(report), JSON.stringify(report)).toEqual({ faults: answer });
      const [finding] = report.scenarios[0]?.findings ?? [];
      if (what !== undefined) expect(finding?.what).toContain(what);
      if (next !== undefined) expect(finding?.next).toBe(next);
      if (path !== undefined) expect(finding?.paths.join()).toContain(path);
      expect(report.faults.tried).toBe(report.faults.found);
      expect(report.scenarios[0]?.summary).toContain(`of ${report.faults.tried} faults`);
    });
  }

  it('a program that looks, and one that does not', { timeout: 60_000 }, async () => {
    const write = "fs.writeFileSync('out.txt', 'x'.repeat(1000))";
    const good = await check([process.execPath, '-e', write], {}, ONLY);
    expect(answersOf(good)).toEqual({ faults: 'recovers' });
    const bad = await check([process.execPath, '-e', `try { ${write} } catch {}`], {}, ONLY);
    expect(answersOf(bad)).toEqual({ faults: 'silent damage' });
  });

  it('one write on a broken disk is no more than that', async () => {
    const line = 'echo a > x; echo b > y; exit 0';
    const report = await check(['sh', '-c', line], {}, ['--fault', 'EIO write x']);
    expect(report.scenarios[0]?.findings).toMatchObject([
      {
        what: expect.stringContaining('the disk failed at write x: exit 0'),
        paths: ['x differs from that of a clean run (0 bytes instead of 2)'],
        diffs: [{ path: 0, lines: ['- a'] }],
      },
    ]);
  });

  it('one command is shown again, as the report names it', { timeout: 60_000 }, async () => {
    const command = ['sh', '-c', '[ -e b ] || cp a b'];
    const all = await check(command, FILES, ONLY);
    const replay = all.scenarios[0]?.findings[0]?.replay ?? '';
    const fault = /--fault '(.+?)' --/u.exec(replay)?.[1] ?? '';
    expect(fault).toBe('ENOSPC write b');
    const one = await check(command, FILES, ['--fault', fault]);
    expect(one.scenarios.map(({ findings }) => findings)).toEqual([
      [{ ...all.scenarios[0]?.findings[0] }],
    ]);
    expect(one.faults.tried).toBe(1);
  });

  it('one that never comes says so', async () => {
    const report = await check(['mkdir', '-p', 'made'], {}, ['--fault', 'EIO write made']);
    expect(report).toMatchObject({ verdict: 'inconclusive', exit: 3, faults: { tried: 0 } });
    expect(report.scenarios[0]?.summary).toBe('no fault was reached again');
  });

  it('a command has a part of the time, beside kills', { timeout: 60_000 }, async () => {
    const line = 'for n in $(seq 300); do echo $n > "f$n"; done';
    const flags = ['--only', 'interrupted,faults', '--budget', '6s'];
    const { points, faults } = await check(['sh', '-c', line], {}, flags);
    expect(points.tried).toBeGreaterThan(1);
    expect(points.tried).toBeLessThan(points.found);
    expect(faults.tried).toBeGreaterThan(1);
    expect(faults.tried).toBeLessThan(faults.found);
  });

  it('is not asked unless it is wanted', { timeout: 60_000 }, async () => {
    expect(Object.keys(answersOf(await check(['true'])))).not.toContain('faults');
    const report = await check(['true'], {}, ['--faults']);
    expect(answersOf(report)).toMatchObject({ together: 'same', faults: 'recovers' });
    const { code, stderr } = await cli(['check', '--fault', 'fire 1', '--', 'true']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('is no fault')]);
  });
});
