import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Spool } from '../../../../src/adapters/http/mounts/spool.ts';

const MiB = 1_048_576;

function bodyOf(size: number, letter: string): Readable {
  const chunks = Array.from({ length: size / 65_536 }, () => Buffer.alloc(65_536, letter));
  return Readable.from(chunks, { objectMode: false });
}

describe('a spooled body', () => {
  it.each([0, 65_536, 3 * MiB])('of %i bytes is whole, any number of times', async (size) => {
    const spool = await Spool.read(bodyOf(size, 'a'), 10 * MiB);
    const whole = Buffer.alloc(size, 'a');
    expect((await spool?.bytes())?.equals(whole)).toBe(true);
    expect(Buffer.concat((await spool?.stream().toArray()) ?? []).equals(whole)).toBe(true);
    const target = new PassThrough();
    const all = target.toArray();
    await spool?.sendTo(target);
    expect(Buffer.concat(await all).equals(whole)).toBe(true);
    await spool?.close();
  });

  it('is the same however it was read', async () => {
    const [slow, quick] = [
      await Spool.read(bodyOf(65_536, 'a'), MiB),
      await Spool.readSmall(bodyOf(65_536, 'a'), MiB),
    ];
    expect(quick?.hash).toBe(slow?.hash);
    expect(await Spool.readSmall(bodyOf(65_536, 'a'), 65_535)).toBeUndefined();
    expect(await Spool.read(bodyOf(3 * MiB, 'a'), 3 * MiB - 1)).toBeUndefined();
  });

  it('that broke off is an error', async () => {
    const broken = new Readable({ read() {} });
    const read = Spool.readSmall(broken, MiB);
    broken.destroy();
    await expect(read).rejects.toThrow('broke off');
  });

  it('that is closed while it is read is an error, never the body of another request', async () => {
    const spool = await Spool.read(bodyOf(3 * MiB, 'a'), 10 * MiB);
    const stream = spool?.stream();
    const read = stream?.iterator();
    expect(String((await read?.next())?.value)[0]).toBe('a');
    await spool?.close();
    const other = await Spool.read(bodyOf(3 * MiB, 'b'), 10 * MiB);
    await expect(
      (async () => {
        for (let next = await read?.next(); next?.done === false; next = await read?.next()) {
          expect(String(next.value)).not.toContain('b');
        }
      })(),
    ).rejects.toThrow();
    await other?.close();
  });
});
