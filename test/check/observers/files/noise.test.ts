import { describe, expect, it } from 'vitest';
import type { Entry, Manifest } from '../../../../src/check/observers/files/manifest.ts';
import { deviationOf, isNone, noiseOf } from '../../../../src/check/observers/files/noise.ts';

function file(content: string, size: number = content.length): Entry {
  return { kind: 'file', mode: 0o644, content, size, stamp: content };
}

function manifest(files: Record<string, Entry>): Manifest {
  return new Map(Object.entries(files));
}

describe('what differs by itself', () => {
  it('may be another, but neither half nor twice of it', () => {
    const clean = manifest({ key: file('one', 1700) });
    const noise = noiseOf(clean, manifest({ key: file('other', 1704) }));
    const result = (size: number) =>
      deviationOf(clean, manifest({ key: file('third', size) }), noise);
    expect(isNone(result(1696))).toBe(true);
    expect(result(0).other).toEqual(['key']);
    expect(result(3400).other).toEqual(['key']);
  });

  it('has as many rows as it has to have', () => {
    const clean = manifest({ 't.db': file('amount 2 a') });
    const noise = noiseOf(clean, manifest({ 't.db': file('amount 2 b') }));
    const result = (content: string) =>
      deviationOf(clean, manifest({ 't.db': file(content) }), noise);
    expect(isNone(result('amount 2 c'))).toBe(true);
    expect(result('amount 3 c').other).toEqual(['t.db']);
  });

  it('a time in a name is another one also a minute later', () => {
    const named = (time: string) => manifest({ [`old/${time}.txt`]: file('x') });
    const clean = named('2026-11-24T151258');
    const noise = noiseOf(clean, named('2026-11-24T151259'));
    expect(isNone(deviationOf(clean, named('2026-11-25T000001'), noise))).toBe(true);
  });

  it('a random name in /tmp stays in /tmp, where it does not count', () => {
    const named = (...names: string[]) =>
      manifest(Object.fromEntries(names.map((name) => [`/tmp/tmp.${name}`, file('x')])));
    const clean = named('aB3xQ9');
    const noise = noiseOf(clean, named('Zk7pL2'));
    expect(isNone(deviationOf(clean, named('mN5rT8', 'qW1eR4'), noise))).toBe(true);
  });

  it('a torn one beside a whole one is left over', () => {
    const clean = manifest({ 'job.aB3xQ9': file('whole') });
    const noise = noiseOf(clean, manifest({ 'job.Zk7pL2': file('whole') }));
    const torn = manifest({ 'job.Am5rT8': file('torn'), 'job.qW1eR4': file('whole') });
    const { missing, other, extra } = deviationOf(clean, torn, noise);
    expect([missing, other, extra.length]).toEqual([[], [], 1]);
  });
});
