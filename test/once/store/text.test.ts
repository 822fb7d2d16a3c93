import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { statement } from '../../../src/clients/sql.ts';
import { fromStored, toStored } from '../../../src/once/store/text.ts';
import {
  idArray,
  idBytes,
  idOf,
  nextAfter,
  numberArray,
  range,
  textArray,
} from '../../../src/stores/postgres/values.ts';
import { Database, isPostgresThere } from '../../support/postgres.ts';

/** Any UTF-16 units, also halves of pairs; what is written in a special way comes often. */
const units = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }),
      fc.constantFrom(0, 0x1a, 0x22, 0x27, 0x5c, 0x7b, 0x2c, 0x30, 0xd800, 0xdbff, 0xdc00, 0xfeff),
    ),
  )
  .map((codes) => String.fromCharCode(...codes));

describe('a text as PostgreSQL can hold it', () => {
  it.each(['', '{"a":"\\u0000"}', 'é漢👍', '\ufeffa', '\u0001\u001b'])('is %j itself', (text) => {
    expect(toStored(text)).toBe(text);
  });

  it.each([
    ['\0', '\u001a0000'],
    ['\u001a', '\u001a001a'],
    ['a\ud800', 'a\u001ad800'],
    ['\udc00b', '\u001adc00b'],
    ['\ud83d\ude00\ude00', '😀\u001ade00'],
  ])('is written for %j', (text, stored) => {
    expect(toStored(text)).toBe(stored);
  });

  it('is well-formed, without U+0000, and gives any text back', () => {
    fc.assert(
      fc.property(units, (text) => {
        const stored = toStored(text);
        expect(stored.isWellFormed() && !stored.includes('\0')).toBe(true);
        expect(fromStored(stored)).toBe(text);
      }),
    );
  });

  it('is another for another text', () => {
    fc.assert(
      fc.property(units, units, (left, right) => {
        expect(toStored(left) === toStored(right)).toBe(left === right);
      }),
    );
  });
});

describe('the range of a prefix', () => {
  const isIn = (id: string, [from, end]: readonly Uint8Array[]) =>
    Buffer.compare(idBytes(id), from ?? idBytes('')) >= 0 &&
    Buffer.compare(idBytes(id), end ?? idBytes('')) < 0;

  it('holds what begins so, and nothing else', () => {
    const texts = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(texts, texts, (prefix, id) => {
        expect(isIn(id, range(prefix))).toBe(id.startsWith(prefix));
        expect(isIn(prefix + id, range(prefix))).toBe(true);
      }),
    );
  });

  it('goes on right after an id', () => {
    expect(Buffer.compare(nextAfter('a'), idBytes('a'))).toBe(1);
    expect(Buffer.compare(nextAfter('a'), idBytes('a\0'))).toBe(0);
  });
});

describe.runIf(await isPostgresThere('arrays in PostgreSQL'))('an array', () => {
  let db: Database;
  beforeAll(async () => {
    db = await Database.create();
  });
  afterAll(() => db.drop());

  /** What the server takes it for, through each client. */
  async function elements(type: string, written: string): Promise<unknown[]> {
    const { postgresClient } = await import('../../../src/clients/postgres.ts');
    const unnest = statement('test', `SELECT unnest($1::${type}[])::text`);
    const clients = [db.pool(), db.js(), db.js({ fetch_types: false })];
    const seen = await Promise.all(
      clients.map((client) => postgresClient(client, true).query(unnest, [written])),
    );
    for (const rows of seen) expect(rows).toEqual(seen[0]);
    return (seen[0] ?? []).map(([element]) => element);
  }

  it('of texts', async () => {
    const texts = ['', 'NULL', 'null', '"', '\\', '\\"{,}', ' a ', '{', "'", null, 'é漢👍\n\t'];
    expect(await elements('text', textArray(texts))).toEqual(texts);
  });

  it('of any texts', async () => {
    const texts = fc.sample(units, 500).map(toStored);
    expect(await elements('text', textArray(texts))).toEqual(texts);
  });

  it('of numbers', async () => {
    const numbers = [0, -1, null, Number.MAX_SAFE_INTEGER];
    const texts = ['0', '-1', null, '9007199254740991'];
    expect(await elements('bigint', numberArray(numbers))).toEqual(texts);
  });

  it('of ids', async () => {
    const ids = ['a', 'a\0b', '"\\', 'é漢👍', ''];
    const written = await elements('bytea', idArray(ids));
    expect(written.map((id) => idOf(String(id)))).toEqual(ids);
  });
});
