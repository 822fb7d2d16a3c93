import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { exitCode } from '../../../src/core/exit-code.ts';
import { exportFiles } from '../../../src/ensure/files/index.ts';
import { didNotRun, Mounts, mounted } from '../../support/files-mounts.ts';
import { asUser, give, IS_ROOT } from '../../support/files-user.ts';
import { contentsOf, leftoversIn, manifestOf, plant, workFolder } from '../../support/tree.ts';

const mounts = new Mounts();
afterAll(() => mounts.close());

/** As {@link workFolder}, all of it owned by the user that the test works as. */
function ownWorkFolder(...args: Parameters<typeof workFolder>): ReturnType<typeof workFolder> {
  const folders = workFolder(...args);
  give(folders.root, folders.from);
  return folders;
}

describe('permissions', () => {
  it('a source file that may not be read is a failed item, the others are exported', async () => {
    const { from, to } = ownWorkFolder({ 'a.txt': 'a', 'secret.txt': 'secret' });
    chmodSync(join(from, 'secret.txt'), 0);
    const report = await asUser(() => exportFiles(from, to));
    expect(report.counts).toMatchObject({ created: 1, failed: 1 });
    expect(report.items[0]).toMatchObject({
      item: 'secret.txt',
      reason: 'cannot be read: permission denied',
    });
    expect(exitCode(report)).toBe(1);
    expect(contentsOf(to)).toEqual({ 'a.txt': 'a' });
  });

  it('a source folder that may not be read is a failed item, the others are exported', async () => {
    const { from, to } = ownWorkFolder({ 'a.txt': 'a', sub: { 'b.txt': 'b' } });
    chmodSync(join(from, 'sub'), 0);
    onTestFinished(() => chmodSync(join(from, 'sub'), 0o755));
    const report = await asUser(() => exportFiles(from, to));
    expect(report.counts).toMatchObject({ created: 1, failed: 1 });
    expect(report.items[0]?.reason).toContain('the folder cannot be read: permission denied');
  });

  it('a destination that may not be written in fails with its reason, and nothing is written', async () => {
    const { root, from, to } = ownWorkFolder({ 'a.txt': 'a', 'b.txt': 'b' });
    mkdirSync(to, { mode: 0o555 });
    give(to);
    const before = manifestOf(root);
    const report = await asUser(() => exportFiles(from, to));
    expect(report.counts).toMatchObject({ created: 0, failed: 1, untried: 1 });
    expect(report.items[0]?.reason).toBe('cannot write in the destination: permission denied');
    expect(exitCode(report)).toBe(1);
    expect(manifestOf(root)).toEqual(before);
  });

  it('a destination that may not be made is an error before anything else', async () => {
    const { root, from } = ownWorkFolder({ 'a.txt': 'a' });
    mkdirSync(join(root, 'locked'), { mode: 0o555 });
    await expect(asUser(() => exportFiles(from, join(root, 'locked', 'to')))).rejects.toMatchObject(
      {
        code: 'ERR_RUNTWICE_DESTINATION_UNUSABLE',
      },
    );
  });

  it('a destination that cannot be looked up is an error that names it', async () => {
    const { root, from } = ownWorkFolder({ 'a.txt': 'a' });
    plant(root, { locked: {}, file: 'a file', loop: { to: 'loop' } });
    chmodSync(join(root, 'locked'), 0o000);
    for (const path of ['locked/to', 'file', 'file/to', 'loop', 'loop/to', 'n'.repeat(300)]) {
      await expect(asUser(() => exportFiles(from, join(root, path)))).rejects.toMatchObject({
        code: 'ERR_RUNTWICE_DESTINATION_UNUSABLE',
        message: expect.stringContaining(path),
      });
    }
  });

  it('a destination that may be written in but not read fails before anything is written', async () => {
    const { root, from, to } = ownWorkFolder({ 'a.txt': 'a' });
    mkdirSync(to, { mode: 0o333 });
    give(to);
    const report = await asUser(() => exportFiles(from, to)).catch((error: Error) => error.message);
    expect(JSON.stringify(report)).toContain('permission denied');
    chmodSync(to, 0o755);
    expect(contentsOf(root)).not.toHaveProperty(['to/a.txt']);
  });

  it('one folder of the destination that may not be written in fails, the others are exported', async () => {
    const { from, to } = ownWorkFolder({
      'a.txt': 'a',
      sub: { 'b.txt': 'b' },
      z: { 'c.txt': 'c' },
    });
    plant(to, { sub: {} });
    give(to);
    chmodSync(join(to, 'sub'), 0o555);
    const report = await asUser(() => exportFiles(from, to));
    expect(report.counts).toMatchObject({ created: 2, failed: 1 });
    expect(report.items[0]).toMatchObject({ item: 'sub/b.txt', reason: 'permission denied' });
    expect(leftoversIn(to)).toEqual([]);
  });

  it('a destination file that may not be read fails when it has to be compared', async () => {
    const { from, to } = ownWorkFolder({ 'a.txt': 'a' });
    plant(to, { 'a.txt': 'b' });
    chmodSync(join(to, 'a.txt'), 0);
    const report = await asUser(() => exportFiles(from, to));
    expect(report.counts.failed).toBe(1);
    expect(report.items[0]?.reason).toContain('permission denied');
  });

  it('a read-only file system fails with its reason, and the second run finds what is there', async (context) => {
    const { from, to } = workFolder({ 'a.txt': 'a', 'b.txt': 'b' });
    plant(to, {});
    const readOnly = mounted(context, mounts.readOnly(to));
    const report = await exportFiles(from, readOnly);
    expect(report.counts).toMatchObject({ failed: 1, untried: 1 });
    expect(report.items[0]?.reason).toContain('read-only file system');
    await exportFiles(from, to);
    const second = await exportFiles(from, readOnly);
    expect(second).toMatchObject({ ok: true, counts: { unchanged: 2 } });
  });
});

describe('modes', () => {
  it('are the source’s, whatever the umask', async () => {
    const { from, to } = workFolder({ 'a.txt': 'a', 'run.sh': 'run', 'locked.txt': 'locked' });
    const modes = { 'a.txt': 0o664, 'run.sh': 0o755, 'locked.txt': 0o400 };
    for (const [name, mode] of Object.entries(modes)) chmodSync(join(from, name), mode);
    await withUmask(0o077, () => exportFiles(from, to));
    for (const [name, mode] of Object.entries(modes)) {
      expect(statSync(join(to, name)).mode & 0o7777).toBe(mode);
    }
  });

  it('set-user-ID, set-group-ID and sticky are never copied', async () => {
    const { from, to } = workFolder({ small: 'a', large: Buffer.alloc(2 * 1024 ** 2) });
    for (const name of ['small', 'large']) chmodSync(join(from, name), 0o7755);
    await exportFiles(from, to);
    for (const name of ['small', 'large'])
      expect(statSync(join(to, name)).mode & 0o7777).toBe(0o755);
  });

  it('of a new folder are the source’s within the umask, and its owner can write in it', async () => {
    const { from, to } = ownWorkFolder({ sub: { 'a.txt': 'a' }, locked: { 'b.txt': 'b' } });
    chmodSync(join(from, 'sub'), 0o750);
    chmodSync(join(from, 'locked'), 0o500);
    give(join(from, 'sub'), join(from, 'locked'));
    const report = await asUser(() => withUmask(0o022, () => exportFiles(from, to)));
    expect(report.counts).toMatchObject({ created: 2, failed: 0 });
    expect(statSync(join(to, 'sub')).mode & 0o777).toBe(0o750);
    expect(statSync(join(to, 'locked')).mode & 0o777).toBe(0o700);
  });

  it('no staged copy is ever readable by more users than its source', async () => {
    const { from, to } = workFolder({ 'secret.txt': 'secret' });
    chmodSync(join(from, 'secret.txt'), 0o600);
    const { onFsCall } = await import('../../support/files-hooks.ts');
    const modes: number[] = [];
    onFsCall('writeSync', ({ args, proceed }) => {
      modes.push(statSync(`/proc/self/fd/${args[0]}`).mode & 0o777);
      return proceed();
    });
    await withUmask(0, () => exportFiles(from, to));
    expect(modes).toEqual([0o600]);
  });
});

describe('immutable files', () => {
  const immutable = (context: Parameters<typeof didNotRun>[0], path: string): void => {
    const done = spawnSync('chattr', ['+i', path], { encoding: 'utf8' });
    onTestFinished(() => void spawnSync('chattr', ['-i', path]));
    if (done.status !== 0) didNotRun(context, `chattr +i: ${done.error ?? done.stderr.trim()}`);
  };

  it('one in the source is exported, as a file that can be changed', async (context) => {
    const { from, to } = workFolder({ 'a.txt': 'a' });
    immutable(context, join(from, 'a.txt'));
    expect((await exportFiles(from, to)).counts.created).toBe(1);
    writeFileSync(join(to, 'a.txt'), 'changed');
  });

  it('one in the destination is skipped when it is the same, and fails when it is to be replaced', async (context) => {
    const { from, to } = workFolder({ 'a.txt': 'a', 'b.txt': 'new' });
    plant(to, { 'a.txt': 'a', 'b.txt': 'old' });
    for (const name of ['a.txt', 'b.txt']) immutable(context, join(to, name));
    const report = await exportFiles(from, to, { onConflict: 'replace' });
    expect(report.counts).toMatchObject({ unchanged: 1, failed: 1, updated: 0 });
    expect(report.items[0]).toMatchObject({ item: 'b.txt', reason: 'operation not permitted' });
    expect(contentsOf(to)).toEqual({ 'a.txt': 'a', 'b.txt': 'old' });
  });

  it('an immutable folder of the destination fails its items, the others are exported', async (context) => {
    const { from, to } = workFolder({ sub: { 'a.txt': 'a' }, z: { 'b.txt': 'b' } });
    plant(to, { sub: {} });
    immutable(context, join(to, 'sub'));
    const report = await exportFiles(from, to);
    expect(report.counts).toMatchObject({ created: 1, failed: 1 });
    expect(leftoversIn(to)).toEqual([]);
  });
});

async function withUmask<T>(mask: number, work: () => Promise<T>): Promise<T> {
  const before = process.umask(mask);
  try {
    return await work();
  } finally {
    process.umask(before);
  }
}

if (!IS_ROOT)
  console.warn('Not root: what needs a mount or chattr says below that it did not run.');
