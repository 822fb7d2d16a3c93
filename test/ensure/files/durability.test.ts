import { readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exportFiles } from '../../../src/ensure/files/index.ts';
import { onFsCall, systemError } from '../../support/files-hooks.ts';
import { contentsOf, leftoversIn, manyFiles, plant, workFolder } from '../../support/tree.ts';

const EIO = 5;

/** Notes, in order, what is synced and what gets a name: the file's or folder's path at that moment. */
function watch(): string[] {
  const steps: string[] = [];
  onFsCall('fsync', ({ args, proceed }) => {
    steps.push(`sync ${readlinkSync(`/proc/self/fd/${args[0]}`)}`);
    return proceed();
  });
  for (const name of ['linkSync', 'renameSync'] as const) {
    onFsCall(name, ({ args, proceed }) => {
      const [, fd = '', file = ''] = /^\/proc\/self\/fd\/(\d+)\/(.+)$/.exec(String(args[0])) ?? [];
      steps.push(`name ${readlinkSync(`/proc/self/fd/${fd}`)}/${file}`);
      return proceed();
    });
  }
  return steps;
}

describe('durability', () => {
  it.each(['group', 'file'] as const)(
    '%s: no name is visible before its bytes are on disk',
    async (durability) => {
      const { from, to } = workFolder({
        ...manyFiles(300),
        'large.bin': Buffer.alloc(2 * 1024 ** 2),
      });
      const steps = watch();
      await exportFiles(from, to, { durability });
      const synced = new Set<string>();
      let named = 0;
      for (const step of steps) {
        const [what, path] = step.split(' ') as [string, string];
        if (what === 'sync') synced.add(path);
        else {
          named++;
          expect(synced).toContain(path);
        }
      }
      expect(named).toBe(301);
    },
  );

  it('group: files are synced by 256, not one after another', async () => {
    const { from, to } = workFolder(manyFiles(300));
    const steps = watch();
    await exportFiles(from, to);
    const firstName = steps.findIndex((step) => step.startsWith('name'));
    expect(firstName).toBe(256);
  });

  it('group: the folders are synced after the names in them, new ones with those above', async () => {
    const { from, to } = workFolder({ sub: { deep: { 'a.txt': 'a' } } });
    const steps = watch();
    await exportFiles(from, to);
    const afterName = steps.slice(steps.findIndex((step) => step.startsWith('name')) + 1);
    expect(afterName.sort()).toEqual([`sync ${to}`, `sync ${to}/sub`, `sync ${to}/sub/deep`]);
  });

  it('group: a replacing file is on disk before it takes the place', async () => {
    const { from, to } = workFolder({ 'a.txt': 'new' });
    plant(to, { 'a.txt': 'old' });
    const steps = watch();
    await exportFiles(from, to, { onConflict: 'replace' });
    expect(steps.map((step) => step.split(' ')[0])).toEqual(['sync', 'name', 'sync']);
  });

  it('none: nothing is synced', async () => {
    const { from, to } = workFolder(manyFiles(5));
    const steps = watch();
    await exportFiles(from, to, { durability: 'none' });
    expect(steps.filter((step) => step.startsWith('sync'))).toEqual([]);
  });

  it('a file whose sync fails is never given its name, and its failure is told', async () => {
    const { from, to } = workFolder(manyFiles(10));
    onFsCall('fsync', ({ index, args, proceed }) => {
      if (index !== 3) return proceed();
      const callback = args[1] as (error: Error) => void;
      return setImmediate(() => callback(systemError('EIO', EIO)));
    });
    const report = await exportFiles(from, to);
    expect(report.counts).toMatchObject({ created: 9, failed: 1 });
    expect(report.items[0]?.reason).toBe('i/o error');
    expect(Object.keys(contentsOf(to))).toHaveLength(9);
    expect(leftoversIn(to)).toEqual([]);
    expect((await exportFiles(from, to)).counts).toMatchObject({ created: 1, unchanged: 9 });
  });
});
