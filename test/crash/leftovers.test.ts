import { linkSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportFiles } from '../../src/ensure/files/index.ts';
import { ownerOf, stageName } from '../../src/ensure/files/stage-name.ts';
import { leftoversIn, workFolder } from '../support/tree.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** A working folder's name with some of its parts changed. */
function nameWith(change: { place?: string; boot?: string; pid?: string; start?: string }): string {
  const [empty, stage, place, boot, pid, start, random] = stageName().split('.');
  return [
    empty,
    stage,
    change.place ?? place,
    change.boot ?? boot,
    change.pid ?? pid,
    change.start ?? start,
    random,
  ].join('.');
}

function plantStage(to: string, name: string): string {
  const stage = join(to, name);
  mkdirSync(stage, { recursive: true });
  writeFileSync(join(stage, '0'), 'half a fi');
  return stage;
}

describe('what a killed export left behind', () => {
  it('is swept when its process number belongs to another process by now', async () => {
    const { from, to } = workFolder({ a: 'a' });
    plantStage(to, nameWith({ start: '1' }));
    const report = await exportFiles(from, to);
    expect(report).toMatchObject({ ok: true, details: { recovered: 1 } });
    expect(leftoversIn(to)).toEqual([]);
  });

  it('is swept when the machine was started anew', async () => {
    const { from, to } = workFolder({ a: 'a' });
    plantStage(to, nameWith({ boot: '00000000' }));
    expect((await exportFiles(from, to)).details?.recovered).toBe(1);
    expect(leftoversIn(to)).toEqual([]);
  });

  it('is left alone while its process lives', async () => {
    const { from, to } = workFolder({ a: 'a' });
    const stage = plantStage(to, stageName());
    expect(await exportFiles(from, to)).toMatchObject({ ok: true, details: { recovered: 0 } });
    expect(readFileSync(join(stage, '0'), 'utf8')).toBe('half a fi');
  });

  it('from another machine is left alone until it was untouched for a day', async () => {
    const { from, to } = workFolder({ a: 'a' });
    const stage = plantStage(to, nameWith({ place: '00000000' }));
    expect((await exportFiles(from, to)).details?.recovered).toBe(0);
    const yesterday = new Date(Date.now() - DAY_MS - 60_000);
    utimesSync(stage, yesterday, yesterday);
    expect((await exportFiles(from, to)).details?.recovered).toBe(1);
    expect(leftoversIn(to)).toEqual([]);
  });

  it('between naming a file and removing the working name: the file is skipped, the name removed', async () => {
    const { from, to } = workFolder({ a: 'a' });
    await exportFiles(from, to);
    const stage = plantStage(to, nameWith({ start: '1' }));
    linkSync(join(to, 'a'), join(stage, '1'));
    const report = await exportFiles(from, to);
    expect(report).toMatchObject({ done: 0, already: 1, details: { recovered: 1 } });
    expect(leftoversIn(to)).toEqual([]);
    expect(readFileSync(join(to, 'a'), 'utf8')).toBe('a');
  });

  it('is not swept by a dry run, nor by verify', async () => {
    const { from, to } = workFolder({ a: 'a' });
    plantStage(to, nameWith({ start: '1' }));
    await exportFiles(from, to, { dryRun: true });
    await exportFiles(from, to, { verify: true });
    expect(leftoversIn(to)).not.toEqual([]);
  });

  it('is told apart by a name that says whose it is', () => {
    expect(hostname()).not.toBe('');
    expect(ownerOf(stageName())).toBe('alive');
    expect(ownerOf(nameWith({ start: '1' }))).toBe('dead');
    expect(ownerOf(nameWith({ pid: '4194304', start: '1' }))).toBe('dead');
    expect(ownerOf(nameWith({ place: '00000000' }))).toBe('elsewhere');
  });
});
