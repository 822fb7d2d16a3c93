// What is stored for a key: texts, numbers, and when Redis itself forgets it.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../../src/once/store/types.ts';
import { redisStore } from '../../../src/stores/redis/index.ts';
import { GRACE_MS } from '../../../src/stores/redis/lua.ts';
import { fromField, toField } from '../../../src/stores/redis/text.ts';
import { isRedisThere, Keys } from '../../support/redis.ts';
import { claimOf, doneOf, ownerOf, RESULT } from '../../support/requests.ts';

const EVER = Number.POSITIVE_INFINITY;

/** Any UTF-16 units, also halves of pairs; what is written in a special way comes often. */
const units = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }),
      fc.constantFrom(0, 0x1a, 0x1f, 0x22, 0x5c, 0x30, 0xd800, 0xdbff, 0xdc00, 0xfeff),
    ),
  )
  .map((codes) => String.fromCharCode(...codes));

describe('a text as a field of a record', () => {
  it.each(['', '{"a":"\\u0000"}', 'é漢👍', '\ufeffa', '\0\u0001\u001b'])('is %j itself', (text) => {
    expect(toField(text)).toBe(text);
  });

  it.each([
    ['\u001f', '\u001a001f'],
    ['\u001a', '\u001a001a'],
    ['a\ud800', 'a\u001ad800'],
    ['\ud83d\ude00\ude00', '😀\u001ade00'],
  ])('is written for %j', (text, field) => {
    expect(toField(text)).toBe(field);
  });

  it('is well-formed, has no separator, gives any text back, and is another for another', () => {
    fc.assert(
      fc.property(units, units, (text, other) => {
        const field = toField(text);
        expect(field.isWellFormed() && !field.includes('\u001f')).toBe(true);
        expect(fromField(field)).toBe(text);
        expect(field === toField(other)).toBe(text === other);
      }),
    );
  });
});

describe.runIf(await isRedisThere('records in Redis'))('a record in Redis', () => {
  const keys = new Keys();
  let stores: Store[] = [];
  beforeAll(async () => {
    const clients = [keys.ioredis(), await keys.nodeRedis()];
    stores = await Promise.all(
      clients.map((client) => redisStore(client, { prefix: keys.prefix })),
    );
  });
  afterAll(() => keys.clear());

  const store = (index = 0): Store => {
    const one = stores[index];
    if (one === undefined) throw new Error('no store');
    return one;
  };
  const ttl = (id: string) => keys.admin.pttl(keys.prefix + id);

  it.each([0, 1])('keeps any texts, by client %i', async (index) => {
    const texts = fc.sample(units, 200);
    await Promise.all(
      texts.map(async (text, n) => {
        const id = `text ${index} ${n}`;
        const [owner, codec] = [`${n}${text}`, text];
        await store(index).claim(claimOf(id, { owner, fingerprint: text }));
        await store(index).update({ id, owner, state: 'running', progress: text });
        expect((await store(index).read(id))?.record).toMatchObject({ progress: text, owner });
        const result = { codec, text };
        expect(await store(index).update({ id, owner, state: 'done', result })).toBeGreaterThan(0);
        expect(await store(index).update({ id, owner, state: 'done', result })).toBeGreaterThan(0);
        const { record } = await store(1 - index).claim(claimOf(id, { owner: 'b' }));
        expect(record).toMatchObject({ fingerprint: text, progress: text, owner, result });
      }),
    );
  });

  it('is one string value', async () => {
    await store().claim(claimOf('one'));
    await store().update(doneOf('one'));
    const key = `${keys.prefix}one`;
    expect(await keys.admin.type(key)).toBe('string');
    const value = (await keys.admin.get(key)) ?? '';
    const now = String(Date.now()).slice(0, 6);
    const time = `000${now}\\d{7}`;
    const [keep, remember] = ['0000000086400000', '0000007776000000'];
    const head = `11${time}${time.replace(now, '\\d{6}')}0{15}1${time}{3}${keep}${remember}`;
    expect(value.slice(0, 130)).toMatch(
      new RegExp(`^${head.replace(`${time}{3}`, time.repeat(3))}$`, 'u'),
    );
    expect(value.slice(130).split('\u001f')).toEqual([
      ownerOf('one'),
      claimOf('one').fingerprint,
      '',
      RESULT.codec,
      RESULT.text,
    ]);
  });

  it('is what the claim said, also where it was new', async () => {
    for (const leaseMs of [1000.4, EVER]) {
      const id = `new ${leaseMs}`;
      const { record } = await store().claim(
        claimOf(id, { leaseMs, owner: '\ud800', fingerprint: '\u001f' }),
      );
      expect((await store().read(id))?.record).toEqual(record);
    }
  });

  it('has no end of life before its attempt has one', async () => {
    await store().claim(claimOf('life', { keepMs: 0, rememberMs: 0 }));
    expect(await ttl('life')).toBe(-1);
    const owner = ownerOf('life');
    await store().renew([{ id: 'life', owner, leaseMs: 1000 }]);
    await store().update(doneOf('life', { state: 'running', result: undefined }));
    await store().update(doneOf('life', { state: 'unknown', result: undefined }));
    expect(await ttl('life')).toBe(-1);
    await store().update(doneOf('life'));
    const left = await ttl('life');
    expect(left).toBeGreaterThan(GRACE_MS - 10_000);
    expect(left).toBeLessThanOrEqual(GRACE_MS);
  });

  it('that is released lives as long, and for good once it is claimed again', async () => {
    const times = { keepMs: 1000, rememberMs: 5000 };
    await store().claim(claimOf('free', times));
    await store().update(doneOf('free', { state: 'released', result: undefined }));
    const left = await ttl('free');
    expect(left).toBeGreaterThan(GRACE_MS - 10_000);
    expect(left).toBeLessThanOrEqual(GRACE_MS + 6000);
    await store().claim(claimOf('free', { ...times, owner: 'b' }));
    expect(await ttl('free')).toBe(-1);
  });

  it.each([
    ['kept for ever', { keepMs: EVER, rememberMs: 0 }],
    ['remembered for ever', { keepMs: 0, rememberMs: EVER }],
    ['kept longer than there are times', { keepMs: Number.MAX_SAFE_INTEGER, rememberMs: 0 }],
  ])('that is %s has no end of life', async (name, times) => {
    await store().claim(claimOf(name, times));
    await store().update(doneOf(name));
    expect(await ttl(name)).toBe(-1);
    expect((await store().read(name))?.record).toMatchObject({ state: 'done', result: RESULT });
  });

  it('keeps its end of life when its result is dropped', async () => {
    await store().claim(claimOf('trim', { keepMs: 0, rememberMs: 3_600_000 }));
    await store().update(doneOf('trim'));
    expect(await store().purge({ prefix: 'trim', limit: 10 })).toMatchObject({ trimmed: 1 });
    expect(await ttl('trim')).toBeGreaterThan(3_600_000);
    expect((await store().read('trim'))?.record).toMatchObject({
      state: 'done',
      result: undefined,
    });
  });

  it('that is released, and not to be forgotten yet, is not looked at by each purge', async () => {
    const ids = Array.from({ length: 7 }, (_, index) => `looked ${index}`);
    for (const id of ids) {
      await store().claim(claimOf(id, { keepMs: 0, rememberMs: 3_600_000 }));
      await store().update(doneOf(id, { state: 'released', result: undefined }));
    }
    await store().claim(claimOf('looked at', { keepMs: 0, rememberMs: 0 }));
    await store().update(doneOf('looked at'));
    const reply = await store().purge({ prefix: 'looked', limit: 2 });
    expect(reply).toEqual({ removed: 1, trimmed: 0, more: false });
  });

  it('counts attempts and times to the last digit', async () => {
    const key = `${keys.prefix}big`;
    const [never, first] = ['-'.repeat(16), '0001700000000001'];
    const head = ['13', first, never, '9007199254740990', first, first, first, never, never];
    await keys.admin.set(key, `${head.join('')}${['a', 'f', ''].join('\u001f')}`);
    const reply = await store().claim(claimOf('big', { fingerprint: 'f', leaseMs: EVER }));
    expect(reply.record).toMatchObject({ attempt: 9007199254740991, firstAt: 1700000000001 });
    expect(reply.record.leaseUntil).toBeGreaterThan(Number.MAX_SAFE_INTEGER - 1);
    const before = await store().read('big');
    expect(before?.record).toEqual(reply.record);
  });

  it.each(['2\u001f0\u001f1', 'something else', ''])(
    'of another version (%j) is not touched',
    async (value) => {
      const key = `${keys.prefix}foreign`;
      await keys.admin.set(key, value);
      const code = 'ERR_RUNTWICE_RECORD_TOO_NEW';
      for (const one of stores) {
        await expect(one.claim(claimOf('foreign'))).rejects.toMatchObject({ code });
        await expect(one.update(doneOf('foreign'))).rejects.toMatchObject({ code });
        await expect(one.read('foreign')).rejects.toMatchObject({ code });
        await expect(one.remove('foreign', 'a')).rejects.toMatchObject({ code });
      }
      expect(await store().purge({ prefix: 'foreign', limit: 10 })).toMatchObject({ removed: 0 });
      expect(await keys.admin.get(key)).toBe(value);
      await keys.admin.del(key);
    },
  );
});
