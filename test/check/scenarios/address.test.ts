import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../src/check/sandbox/effects.ts';
import { addressOf, addressText, parseAddress } from '../../../src/check/scenarios/address.ts';

const effects = (...paths: string[]): Effect[] =>
  paths.map((path) => ({ name: 'write', path, other: '' }));

/** The address of the last of the effects. */
function ofLast(run: Effect[], other: Effect[] = run): string {
  const last = run.at(-1);
  return last === undefined ? '' : addressText(addressOf(last, run, other), '/app');
}

describe('the address of an effect', () => {
  it('says which one of its kind it is', () => {
    expect(ofLast(effects('/app/a', '/app/b', '/app/a'))).toBe('write a #2');
    expect(ofLast([{ name: 'create', path: '/app/a', other: '' }, ...effects('/app/a')])).toBe(
      'write a',
    );
    expect(ofLast(effects('/tmp/a'))).toBe('write /tmp/a');
  });

  it('leaves open what is named otherwise in another run', () => {
    const run = effects('/app/a', '/app/x1/tmp.Ab3dEf.txt');
    expect(ofLast(run, effects('/app/a', '/app/x1/tmp.Zy8xWv.txt'))).toBe('write x1/tmp.*.txt');
    expect(ofLast(run, effects('/app/a', '/app/b'))).toBe('write x1/tmp.Ab3dEf.txt');
    const [stage, other] = [effects('/app/s.12ab.1001.7/1'), effects('/app/s.12ab.1207.9/0')];
    expect(ofLast(stage, [...other, ...effects('/app/s.12ab.1207.9/1')])).toBe('write s.*/1');
  });

  it('counts all that are like that', () => {
    const run = effects('/app/tmp.Ab3dEf', '/app/tmp.Gh5iJk');
    expect(ofLast(run, effects('/app/tmp.Zy8xWv', '/app/tmp.Ts1rQp'))).toBe('write tmp.* #2');
  });

  it('takes the signs of patterns for themselves, and a byte that is no ASCII for any', () => {
    expect(ofLast(effects('/app/[*?]\\'))).toBe('write \\[\\*\\?\\]\\\\');
    expect(ofLast(effects('/app/ä', '/app/ä'))).toBe('write ?? #2');
    expect(ofLast(effects('/app/\u{FFFD}'))).toBe('write *');
  });

  it('is read as it is typed', () => {
    const write = { name: 'write', nth: 1 };
    expect(parseAddress('write out/a b.txt #2', '/app')).toEqual({
      ...write,
      path: '/app/out/a b.txt',
      nth: 2,
    });
    expect(parseAddress('write /tmp/x.*', '/app')).toEqual({ ...write, path: '/tmp/x.*' });
    expect(parseAddress('write ä', '/[a]')).toEqual({ ...write, path: '/\\[a\\]/??' });
    expect(parseAddress('send tcp 127.0.0.1:80', '/app').path).toBe('tcp 127.0.0.1:80');
  });

  it.each(['', '3', 'write', 'write ', 'Write a'])('is refused where it is none: %j', (text) => {
    expect(() => parseAddress(text, '/app')).toThrow('is no effect');
  });
});
