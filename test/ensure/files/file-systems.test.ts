import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import { exportFiles } from '../../../src/ensure/files/index.ts';
import { onFsCall, rightBefore, systemError } from '../../support/files-hooks.ts';
import { didNotRun, Mounts, mounted } from '../../support/files-mounts.ts';
import { asUser } from '../../support/files-user.ts';
import {
  contentsOf,
  leftoversIn,
  manifestOf,
  manyFiles,
  plant,
  workFolder,
} from '../../support/tree.ts';

const MB = 1024 ** 2;
const [EPERM, EIO, EMLINK] = [1, 5, 31];
const mounts = new Mounts();
afterAll(() => mounts.close());

describe('a link that cannot be made', () => {
  it('because it is not permitted: the file is exported by claim and rename', async () => {
    const { from, to } = workFolder(manyFiles(5));
    onFsCall('linkSync', () => {
      throw systemError('EPERM', EPERM);
    });
    expect((await exportFiles(from, to)).counts).toMatchObject({ created: 5, failed: 0 });
    expect(contentsOf(to)).toEqual(contentsOf(from));
    expect(leftoversIn(to)).toEqual([]);
  });

  it('because the kernel protects links to files of others: exported all the same', async () => {
    const { root, from, to } = workFolder({ 'a.txt': 'a' });
    mkdirSync(to, { mode: 0o777 });
    chmodSync(to, 0o777);
    chmodSync(root, 0o755);
    // The source belongs to another user and may only be read: the copy is ours, so it can be linked.
    const report = await asUser(() => exportFiles(from, to));
    expect(report.counts.created).toBe(1);
    expect((await asUser(() => exportFiles(from, to))).counts.unchanged).toBe(1);
  });

  it('because there are too many of them: exported by claim and rename', async () => {
    const { from, to } = workFolder({ 'a.txt': 'a' });
    onFsCall('linkSync', () => {
      throw systemError('EMLINK', EMLINK);
    });
    expect((await exportFiles(from, to)).counts.created).toBe(1);
  });

  it('or was made, though its reply was lost: created, not failed and not twice', async () => {
    const { from, to } = workFolder(manyFiles(5));
    onFsCall('linkSync', ({ proceed }) => {
      proceed();
      throw systemError('EIO', EIO);
    });
    const report = await exportFiles(from, to);
    expect(report.counts).toMatchObject({ created: 5, failed: 0 });
    expect(contentsOf(to)).toEqual(contentsOf(from));
    expect(lstatSync(join(to, 'file-0000.txt')).nlink).toBe(1);
    expect(leftoversIn(to)).toEqual([]);
  });

  it('or was made and then repeated, which says that the name exists: created', async () => {
    const { from, to } = workFolder({ 'a.txt': 'a' });
    onFsCall('linkSync', ({ proceed }) => {
      proceed();
      return proceed();
    });
    expect((await exportFiles(from, to)).counts).toMatchObject({ created: 1, unchanged: 0 });
  });

  it('with an error that says nothing: the item fails and nothing is left', async () => {
    const { from, to } = workFolder({ 'a.txt': 'a' });
    onFsCall('linkSync', () => {
      throw systemError('EIO', EIO);
    });
    const report = await exportFiles(from, to);
    expect(report.items[0]).toMatchObject({ outcome: 'failed', reason: 'i/o error' });
    expect(contentsOf(to)).toEqual({});
  });
});

describe('several file systems', () => {
  it('a source on another one than the destination is exported, small and large', async (context) => {
    const { from } = workFolder({ 'a.txt': 'a', 'large.bin': Buffer.alloc(3 * MB, 'x') });
    const to = mounted(context, mounts.tmpfs(16 * MB));
    expect((await exportFiles(from, to)).counts.created).toBe(2);
    expect(contentsOf(to)).toEqual(contentsOf(from));
    expect((await exportFiles(from, to)).counts.unchanged).toBe(2);
  });

  it('a destination folder that is a mount of its own: its items fail, with what to do', async (context) => {
    const { from, to } = workFolder({ 'a.txt': 'a', sub: { 'b.txt': 'b' } });
    plant(to, { sub: {} });
    const sub = mounted(context, mounts.tmpfsOver(join(to, 'sub')));
    const report = await exportFiles(from, to);
    expect(report.counts).toMatchObject({ created: 1, failed: 1 });
    expect(report.items[0]?.reason).toContain('on another file system than the destination');
    expect(contentsOf(sub)).toEqual({});
    expect((await exportFiles(join(from, 'sub'), sub)).counts.created).toBe(1);
    expect((await exportFiles(from, to)).counts).toMatchObject({ unchanged: 2, failed: 0 });
  });

  it('a mount that appears mid-run over a folder that is being written in: no crash, nothing torn', async (context) => {
    const { from, to } = workFolder({ sub: manyFiles(10) });
    plant(to, { sub: {} });
    let sub = '';
    rightBefore('linkSync', () => {
      sub = mounted(context, mounts.tmpfsOver(join(to, 'sub')));
    });
    const report = await exportFiles(from, to);
    expect(report.counts.created + report.counts.failed).toBe(10);
    expect(leftoversIn(to)).toEqual([]);
    expect(contentsOf(sub)).toEqual({});
  });
});

describe('a destination that has no room left', () => {
  it('one file fails with its reason, the rest is untried, and a later run does the rest', async (context) => {
    const { from } = workFolder({
      'a.bin': Buffer.alloc(MB, 'a'),
      'b.bin': Buffer.alloc(MB, 'b'),
      'c.bin': Buffer.alloc(MB, 'c'),
      'd.bin': Buffer.alloc(MB, 'd'),
    });
    const to = mounted(context, mounts.tmpfs(4 * MB));
    const filler = join(to, 'filler');
    writeFileSync(filler, Buffer.alloc(1.5 * MB));
    const report = await exportFiles(from, to, { durability: 'none' });
    expect(report.counts).toMatchObject({ created: 2, failed: 1, untried: 1 });
    expect(report.items[0]?.reason).toBe('no space left on device');
    expect(leftoversIn(to)).toEqual([]);
    for (const content of Object.values(contentsOf(to))) expect(content).toMatch(/^1\d{6} bytes /);
    rmSync(filler);
    const again = await exportFiles(from, to);
    expect(again.counts).toMatchObject({ created: 2, unchanged: 2, failed: 0 });
  });

  it('a large file that does not fit leaves nothing', async (context) => {
    const { from } = workFolder({ 'large.bin': Buffer.alloc(6 * MB, 'x') });
    const to = mounted(context, mounts.tmpfs(4 * MB));
    const report = await exportFiles(from, to);
    expect(report.counts.failed).toBe(1);
    expect(contentsOf(to)).toEqual({});
  });

  it('no room for even the working folder fails the first item, and nothing is made', async (context) => {
    const { from } = workFolder(manyFiles(3));
    const to = mounted(
      context,
      mounts.image(8, ['mkfs.ext4', '-q', '-N', '16'], [{ type: 'ext4' }]),
    );
    for (let index = 0; ; index++) {
      try {
        writeFileSync(join(to, `filler-${index}`), '');
      } catch {
        break;
      }
    }
    const before = manifestOf(to);
    const report = await exportFiles(from, to);
    expect(report.counts).toMatchObject({ created: 0, failed: 1, untried: 2 });
    expect(report.items[0]?.reason).toContain('no space left on device');
    expect(manifestOf(to)).toEqual(before);
  });

  it('a quota that is used up fails like a full disk', async (context) => {
    const disk = mounted(context, mounts.image(128, ['mkfs.btrfs', '-q'], [{ type: 'btrfs' }]));
    const to = join(disk, 'limited');
    btrfs(context, 'quota', 'enable', disk);
    btrfs(context, 'subvolume', 'create', to);
    btrfs(context, 'qgroup', 'limit', '2M', to);
    chmodSync(disk, 0o755);
    chmodSync(to, 0o777);
    const { root, from } = workFolder({
      'a.bin': Buffer.alloc(MB, 'a'),
      'b.bin': Buffer.alloc(MB, 'b'),
    });
    chmodSync(root, 0o755);
    const report = await asUser(() => exportFiles(from, join(to, 'out'), { durability: 'file' }));
    expect(report.counts.failed).toBe(1);
    expect(report.items[0]?.reason).toBe('disk quota exceeded');
    for (const content of Object.values(contentsOf(to))) expect(content).toMatch(/^\(|^1048576 /);
    expect(leftoversIn(to)).toEqual([]);
  });
});

describe('a case-folding destination', () => {
  it('on ext4: A.txt and a.txt clash before any write, and so do two Unicode forms', async (context) => {
    const disk = mounts.image(16, ['mkfs.ext4', '-q', '-O', 'casefold'], [{ type: 'ext4' }]);
    const to = join(mounted(context, disk), 'to');
    mkdirSync(to);
    const folds = spawnSync('chattr', ['+F', to], { encoding: 'utf8' });
    if (folds.status !== 0) didNotRun(context, `chattr +F: ${folds.stderr}`);
    const { from } = workFolder({
      'A.txt': 'A',
      'a.txt': 'a',
      '\u00e9.txt': 'composed',
      'e\u0301.txt': 'decomposed',
      'b.txt': 'b',
    });
    const report = await exportFiles(from, to);
    expect(report.counts).toMatchObject({ created: 1, differs: 4 });
    expect(contentsOf(to)).toEqual({ 'b.txt': 'b' });
  });
});

describe('a destination that shares blocks between copies', () => {
  it('a huge sparse file on btrfs is exported without reading it', async (context) => {
    const disk = mounts.image(128, ['mkfs.btrfs', '-q'], [{ type: 'btrfs' }]);
    const root = mounted(context, disk);
    plant(join(root, 'from'), { 'huge.img': '' });
    const made = spawnSync('truncate', ['-s', '1T', join(root, 'from', 'huge.img')]);
    expect(made.status).toBe(0);
    const started = performance.now();
    const report = await exportFiles(join(root, 'from'), join(root, 'to'));
    expect(report.counts.created).toBe(1);
    expect(performance.now() - started).toBeLessThan(10_000);
    const { size, blocks } = statSync(join(root, 'to', 'huge.img'));
    expect({ size, blocks }).toEqual({ size: 1024 ** 4, blocks: 0 });
    linkSync(join(root, 'to', 'huge.img'), join(root, 'to', 'other-name'));
    expect((await exportFiles(join(root, 'from'), join(root, 'to'))).counts.unchanged).toBe(1);
  });
});

function btrfs(context: TestContext, ...args: string[]): void {
  const done = spawnSync('btrfs', args, { encoding: 'utf8' });
  if (done.status !== 0) didNotRun(context, `btrfs ${args[0]}: ${done.error ?? done.stderr}`);
}
