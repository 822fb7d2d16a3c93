import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { changesOf } from '../../../src/check/observers/files/changes.ts';
import { Files } from '../../../src/check/observers/files/files.ts';
import { entriesAt, type Manifest } from '../../../src/check/observers/files/manifest.ts';
import { Scratch } from '../../../src/check/sandbox/scratch.ts';
import { isInstalled } from '../../support/check.ts';
import { asUser, give, IS_ROOT } from '../../support/files-user.ts';
import { requireOrSay } from '../../support/require.ts';
import { DEEDS, HELPER, seenIn } from '../../support/scratch.ts';
import { tempFolder } from '../../support/tree.ts';

afterEach(() => vi.unstubAllEnvs());

const NAMES = ['a', 'b', 'c', 'd/a', 'd/b', 'd/e/a', 'd/e', 'd', 'f/a', 'f', 'g'];

/** A folder with some of everything. */
function furnished(): string {
  const root = tempFolder();
  for (const name of ['d/e', 'f', 'empty']) mkdirSync(join(root, name), { recursive: true });
  for (const name of ['a', 'b', 'd/a', 'd/b', 'd/e/a', 'f/a'])
    writeFileSync(join(root, name), `${name} `.repeat(50));
  linkSync(join(root, 'a'), join(root, 'd/linked'));
  symlinkSync('d/a', join(root, 'link'));
  symlinkSync('nowhere', join(root, 'broken'));
  writeFileSync(Buffer.concat([Buffer.from(`${root}/odd\n`), Buffer.from([0xff])]), 'odd');
  spawnSync('mkfifo', [join(root, 'fifo')]);
  const sparse = openSync(join(root, 'sparse'), 'w');
  ftruncateSync(sparse, 2_000_000);
  closeSync(sparse);
  appendFileSync(join(root, 'sparse'), 'end');
  utimesSync(join(root, 'b'), 1_234_567_890.5, 987_654_321.25);
  chmodSync(join(root, 'a'), 0o4755);
  chmodSync(join(root, 'f'), 0o555);
  utimesSync(join(root, 'd'), 1, 2);
  return root;
}

async function take(folder: string): Promise<Scratch> {
  vi.stubEnv('TMPDIR', tempFolder());
  if (IS_ROOT) give(process.env['TMPDIR'] ?? '');
  const scratch = await Scratch.take(HELPER, folder);
  onTestFinished(() => scratch.remove());
  return scratch;
}

/** All of it, whether it was changed or not. */
function wholeOf(copy: string): Manifest {
  return new Map(['work', 'tmp', 'home'].flatMap((part) => [...entriesAt(copy, part)]));
}

function changed(before: Manifest, after: Manifest): string[] {
  const real = changesOf(before, after).filter(({ kind }) => kind !== 'touched');
  return real.map(({ kind, path }) => `${kind} ${path}`);
}

describe.runIf(requireOrSay(process.platform === 'linux', 'Linux', 'copies'))('a copy', () => {
  it('has all that the folder has, and as it is', async () => {
    const folder = furnished();
    const copy = await (await take(folder)).make();
    expect(seenIn(`${copy}/work`)).toEqual(seenIn(folder));
    expect(lstatSync(`${copy}/work/sparse`).blocks).toBeLessThan(100);
  });

  it.runIf(isInstalled('python3'))('has attributes with names of their own, too', async () => {
    const folder = furnished();
    const python = (line: string, path: string) =>
      spawnSync('python3', ['-c', `import os, sys; ${line}`, path], { encoding: 'utf8' });
    const set = python('os.setxattr(sys.argv[1], "user.note", b"1")', join(folder, 'b'));
    const scratch = await take(folder);
    const copy = await scratch.make();
    const list = 'print(os.listxattr(sys.argv[1]))';
    if (set.status !== 0) return; // not on this file system
    expect(python(list, `${copy}/work/b`).stdout).toContain('user.note');
    python('os.setxattr(sys.argv[1], "user.mine", b"1")', `${copy}/work/d`);
    python('os.removexattr(sys.argv[1], "user.note")', `${copy}/work/b`);
    scratch.drop(copy);
    expect(await scratch.make()).toBe(copy);
    expect(python(list, `${copy}/work/d`).stdout).not.toContain('user.mine');
    expect(python(list, `${copy}/work/b`).stdout).toContain('user.note');
  });

  it('is as it was after whatever a run did, and only that is told', {
    timeout: 120_000,
  }, async () => {
    const folder = furnished();
    const scratch = await take(folder);
    const name = fc.constantFrom(...NAMES);
    const deed = fc.record({
      what: fc.constantFrom(...Object.keys(DEEDS)),
      one: name,
      other: name,
    });
    const deeds = fc.array(deed, { minLength: 1, maxLength: 8 });
    const run = fc.asyncProperty(deeds, async (all) => {
      const copy = await scratch.make();
      const files = new Files(scratch.base);
      const before = files.read(copy, await scratch.changes(copy));
      expect([...before.keys()]).toEqual([]);
      for (const { what, one, other } of all)
        attempt(what, join(copy, 'work', one), join(copy, 'work', other));
      const after = files.read(copy, await scratch.changes(copy));
      expect(changed(before, after)).toEqual(changed(wholeOf(scratch.base), wholeOf(copy)));
      scratch.drop(copy);
      expect(await scratch.make()).toBe(copy);
      expect(seenIn(`${copy}/work`)).toEqual(seenIn(folder));
      scratch.drop(copy);
    });
    await fc.assert(run, { numRuns: 60, seed: 4 });
  });

  it('keeps what was not changed where it is: of 10,000 files one is copied', async () => {
    const folder = tempFolder();
    for (let index = 0; index < 10_000; index++) {
      if (index % 100 === 0) mkdirSync(join(folder, `${index / 100}`));
      writeFileSync(join(folder, `${Math.floor(index / 100)}/${index}`), `${index}`);
    }
    const scratch = await take(folder);
    const copy = await scratch.make();
    const stamps = () =>
      Array.from({ length: 10_000 }, (_, index) => {
        const { ino, ctimeMs } = lstatSync(`${copy}/work/${Math.floor(index / 100)}/${index}`);
        return `${ino} ${ctimeMs}`;
      });
    const before = stamps();
    writeFileSync(`${copy}/work/50/5000`, 'other');
    renameSync(`${copy}/work/7`, `${copy}/work/seven`);
    mkdirSync(`${copy}/work/7`);
    scratch.drop(copy);
    await scratch.make();
    const moved = stamps().flatMap((stamp, index) => (stamp === before[index] ? [] : [index]));
    expect(moved).toEqual([...Array.from({ length: 100 }, (_, index) => 700 + index), 5000]);
    expect(seenIn(`${copy}/work`)).toEqual(seenIn(folder));
  });

  it('of an ordinary user is made again where a run took permissions away', async () => {
    const folder = furnished();
    if (IS_ROOT) spawnSync('chown', ['-Rh', '65534:65534', folder]);
    await asUser(async () => {
      const scratch = await take(folder);
      const copy = await scratch.make();
      const work = `${copy}/work`;
      chmodSync(`${work}/f`, 0o755);
      writeFileSync(`${work}/f/a`, 'changed');
      chmodSync(`${work}/f`, 0o555);
      mkdirSync(`${work}/d/new/deep`, { recursive: true });
      chmodSync(`${work}/d/new`, 0);
      chmodSync(`${work}/d/e`, 0);
      scratch.drop(copy);
      expect(await scratch.make()).toBe(copy);
      expect(seenIn(work)).toEqual(seenIn(folder));
      mkdirSync(`${work}/d/new/deep`, { recursive: true });
      chmodSync(`${work}/d/new`, 0);
      const changed = await scratch.changes(copy);
      expect(() => new Files(scratch.base).read(copy, changed)).toThrow(
        'what the command left cannot be read',
      );
      scratch.remove();
      expect(readdirSync(process.env['TMPDIR'] ?? '')).toEqual([]);
    });
  });

  it('of a folder that it is in itself has no end, and is not made', async () => {
    const folder = furnished();
    mkdirSync(join(folder, 'tmp'));
    vi.stubEnv('TMPDIR', join(folder, 'tmp'));
    await expect(Scratch.take(HELPER, folder)).rejects.toThrow('the folder cannot be copied');
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  });
});

function attempt(what: string, one: string, other: string): void {
  try {
    DEEDS[what]?.(one, other);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
  }
}

it('what a killed check left is removed by the next one, and what a running one has is not', async () => {
  const [folder, tmp] = [tempFolder(), tempFolder()];
  vi.stubEnv('TMPDIR', tmp);
  const alive = await Scratch.take(HELPER, folder);
  const [own = ''] = readdirSync(tmp);
  const [, place = '', boot, pid, start] = own.split(/runtwice-check-|_|-/u);
  const left = [
    `${boot}_${pid}_${Number(start) - 1}`,
    `${boot}_4194399_${start}`,
    `00000000_${pid}_${start}`,
  ].map((end) => `runtwice-check-${place}_${end}-abcdef`);
  const elsewhere = `runtwice-check-00000000_${boot}_${pid}_1-abcdef`;
  for (const name of [...left, elsewhere, 'runtwice-check-old'])
    mkdirSync(join(tmp, name, 'base'), { recursive: true });
  const next = await Scratch.take(HELPER, folder);
  const names = readdirSync(tmp);
  expect(names.filter((name) => left.includes(name))).toEqual([]);
  expect(names).toEqual(expect.arrayContaining([own, elsewhere, 'runtwice-check-old']));
  alive.remove();
  next.remove();
  expect(readdirSync(tmp).sort()).toEqual([elsewhere, 'runtwice-check-old'].sort());
});
