import { spawn, spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isRuntwiceError } from '../../../src/core/errors.ts';
import { exportFiles } from '../../../src/ensure/files/index.ts';
import { rightBefore } from '../../support/files-hooks.ts';
import { runExport } from '../../support/files-run.ts';
import { contentsOf, manifestOf, plant, workFolder } from '../../support/tree.ts';

/** A special file that waits for ever must not be opened: the whole test may take this long. */
const NO_HANG_MS = 5000;

describe('something else than a file in the destination', () => {
  it('a folder of that name differs and is kept, under every policy', async () => {
    const { from, to } = workFolder({ name: 'a file' });
    plant(to, { name: { 'inner.txt': 'inner' } });
    const before = manifestOf(join(to, 'name'));
    for (const onConflict of ['report', 'keep', 'replace'] as const) {
      const report = await exportFiles(from, to, { onConflict });
      expect(report.counts).toMatchObject({ differs: 1, updated: 0 });
      expect(report.items[0]?.reason).toContain('a folder');
    }
    expect(manifestOf(join(to, 'name'))).toEqual(before);
  });

  it('an empty folder of that name differs and is kept', async () => {
    const { from, to } = workFolder({ name: 'a file' });
    plant(to, { name: {} });
    expect((await exportFiles(from, to, { onConflict: 'replace' })).counts.differs).toBe(1);
    expect(statSync(join(to, 'name')).isDirectory()).toBe(true);
  });

  it('a link to a file outside differs, and the file outside keeps its bytes', async () => {
    const { root, from, to } = workFolder({ name: 'new' });
    writeFileSync(join(root, 'outside.txt'), 'outside');
    plant(to, { name: { to: '../outside.txt' } });
    const report = await exportFiles(from, to);
    expect(report.counts.differs).toBe(1);
    expect(report.items[0]?.reason).toContain('a link');
    expect(readFileSync(join(root, 'outside.txt'), 'utf8')).toBe('outside');
  });

  it('a link to a file outside of the same content is still no file: it differs', async () => {
    const { root, from, to } = workFolder({ name: 'same' });
    writeFileSync(join(root, 'outside.txt'), 'same');
    plant(to, { name: { to: '../outside.txt' } });
    expect((await exportFiles(from, to)).counts.differs).toBe(1);
  });

  it('a link to a file outside is replaced itself, with replace, not what it leads to', async () => {
    const { root, from, to } = workFolder({ name: 'new' });
    writeFileSync(join(root, 'outside.txt'), 'outside');
    plant(to, { name: { to: '../outside.txt' } });
    expect((await exportFiles(from, to, { onConflict: 'replace' })).counts.updated).toBe(1);
    expect(contentsOf(to)).toEqual({ name: 'new' });
    expect(readFileSync(join(root, 'outside.txt'), 'utf8')).toBe('outside');
  });

  it('a dangling link differs, and nothing is made where it leads', async () => {
    const { root, from, to } = workFolder({ name: 'new' });
    plant(to, { name: { to: '../nothing.txt' } });
    expect((await exportFiles(from, to)).counts.differs).toBe(1);
    expect(contentsOf(root)).not.toHaveProperty(['nothing.txt']);
  });

  it('a folder of the destination that is a link is not entered: what goes in it differs', async () => {
    const { root, from, to } = workFolder({ sub: { 'a.txt': 'a' }, 'b.txt': 'b' });
    plant(root, { outside: {} });
    plant(to, { sub: { to: '../outside' } });
    const report = await exportFiles(from, to, { onConflict: 'replace' });
    expect(report.counts).toMatchObject({ created: 1, differs: 1 });
    expect(contentsOf(join(root, 'outside'))).toEqual({});
  });

  it('a file where a folder has to be differs, and is kept', async () => {
    const { from, to } = workFolder({ sub: { 'a.txt': 'a', deep: { 'b.txt': 'b' } } });
    plant(to, { sub: 'a file' });
    const report = await exportFiles(from, to, { onConflict: 'replace' });
    expect(report.counts.differs).toBe(2);
    expect(contentsOf(to)).toEqual({ sub: 'a file' });
  });

  it(
    'a pipe or a socket in the destination differs, and nothing waits for it',
    async () => {
      const { from, to } = workFolder({ pipe: 'a file', socket: 'a file' });
      plant(to, {});
      makePipe(join(to, 'pipe'));
      await makeSocket(join(to, 'socket'));
      const report = await exportFiles(from, to);
      expect(report.counts.differs).toBe(2);
      expect(report.items[0]?.reason).toContain('a special file');
    },
    NO_HANG_MS,
  );
});

describe('something else than a file in the source', () => {
  it(
    'a pipe, a socket and a device are failed items with a reason, and nothing waits for them',
    async () => {
      const { root, from, to } = workFolder({ 'a.txt': 'a' });
      makePipe(join(from, 'pipe'));
      await makeSocket(join(from, 'socket'));
      symlinkSync('/dev/null', join(root, 'device'));
      const report = await exportFiles([from], to);
      expect(report.counts).toMatchObject({ created: 1, failed: 2 });
      expect(report.items.map(({ reason }) => reason).join()).toMatch(/a pipe.*a socket/);
      const device = await exportFiles(join(root, 'device'), to);
      expect(device.items[0]?.reason).toContain('a device');
    },
    NO_HANG_MS,
  );

  it(
    'a pipe that takes a file’s place after it was listed is a failed item, and nothing waits',
    async () => {
      const { root, from, to } = workFolder({ 'a.txt': 'a' });
      makePipe(join(root, 'pipe'));
      const swapped = rightBefore(
        'openSync',
        () => spawnSync('mv', [join(root, 'pipe'), join(from, 'a.txt')]),
        ({ path }) => path.endsWith('/a.txt'),
      );
      const report = await exportFiles(from, to);
      expect(swapped.happened).toBe(true);
      expect(report.items[0]?.reason).toContain('a pipe');
    },
    NO_HANG_MS,
  );

  it('names of one hard-linked file are exported each', async () => {
    const { from, to } = workFolder({ 'one.txt': 'shared' });
    linkSync(join(from, 'one.txt'), join(from, 'two.txt'));
    const report = await exportFiles(from, to);
    expect(report.counts.created).toBe(2);
    expect(statSync(join(to, 'one.txt')).nlink).toBe(1);
    expect((await exportFiles(from, to)).counts.unchanged).toBe(2);
  });

  it('a destination file that is a hard link to the source is in place', async () => {
    const { from, to } = workFolder({ 'one.txt': 'shared' });
    mkdirSync(to);
    linkSync(join(from, 'one.txt'), join(to, 'one.txt'));
    const report = await exportFiles(from, to, { identity: 'content' });
    expect(report.counts.unchanged).toBe(1);
  });

  it('an empty folder is exported, with the second run finding it', async () => {
    const { from, to } = workFolder({ empty: {}, sub: { 'also empty': {} } });
    expect((await exportFiles(from, to)).counts.created).toBe(2);
    expect(contentsOf(to)).toEqual(contentsOf(from));
    expect((await exportFiles(from, to)).counts.unchanged).toBe(2);
  });
});

describe('a destination in its own source', () => {
  it('the source itself as destination is refused before anything is written', async () => {
    const { from } = workFolder({ 'a.txt': 'a' });
    const before = manifestOf(from);
    await expect(exportFiles(from, from)).rejects.toSatisfy((error) =>
      isRuntwiceError(error, 'ERR_RUNTWICE_DESTINATION_IN_SOURCE'),
    );
    expect(manifestOf(from)).toEqual(before);
  });

  it('a folder inside the source as destination is refused, there or not, and exits 2', async () => {
    const { from } = workFolder({ sub: { 'a.txt': 'a' } });
    const before = manifestOf(from);
    for (const inside of ['sub', 'sub/new', 'new/deep', 'sub/../sub', '.']) {
      await expect(exportFiles(from, join(from, inside))).rejects.toThrow('inside it');
    }
    expect(runExport([from, join(from, 'sub')]).status).toBe(2);
    expect(manifestOf(from)).toEqual(before);
  });

  it('a link to the source as destination is refused', async () => {
    const { root, from } = workFolder({ 'a.txt': 'a' });
    symlinkSync('from', join(root, 'link'));
    await expect(exportFiles(from, join(root, 'link'))).rejects.toThrow('inside it');
    await expect(exportFiles(join(root, 'link'), join(from, 'new'))).rejects.toThrow('inside it');
  });

  it('a folder whose name only starts like the source’s is no part of it', async () => {
    const { from } = workFolder({ 'a.txt': 'a' });
    expect((await exportFiles(from, `${from}-out`)).counts.created).toBe(1);
  });

  it('the source inside the destination is exported', async () => {
    const { root, from } = workFolder({ 'a.txt': 'a' });
    expect((await exportFiles(from, root)).counts.created).toBe(1);
    expect(contentsOf(root)['a.txt']).toBe('a');
  });
});

function makePipe(path: string): void {
  const made = spawnSync('mkfifo', [path]);
  if (made.status !== 0) throw new Error('mkfifo failed');
  // Whoever waits for the pipe after all would wait for ever, and the test's own limit with it.
  const script = `sleep ${NO_HANG_MS / 1000}; find "$0" -type p -exec sh -c 'true <> "$0"' {} ';'`;
  const rescue = spawn('sh', ['-c', script, dirname(dirname(path))], { stdio: 'ignore' });
  onTestFinished(() => void rescue.kill());
}

async function makeSocket(path: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => void server.close());
}
