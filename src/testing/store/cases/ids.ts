import { A, type Bench } from '../bench.ts';
import { type Cases, needs } from '../case.ts';
import { expectClaimed, expectEqual, expectRefused } from '../expect.ts';

const MAX_BYTES = 512;

/** Ids are compared as bytes: no two that differ are the same key. */
export const IDS: Cases = {
  'case counts': (bench) =>
    expectApart(bench, ['key', 'KEY', 'Key', 'straße', 'STRASSE', 'strasse']),

  'case counts beyond ASCII': (bench) =>
    expectApart(bench, ['i', 'I', 'ı', 'İ', 'σ', 'ς', 'Σ', 'é', 'É', 'K', '\u{212a}']),

  'accents count': (bench) =>
    expectApart(bench, ['resume', 'résumé', 'resumé', 'ae', 'æ', 'ä', 'a']),

  'the Unicode form counts': (bench) =>
    expectApart(bench, [
      'caf\u{e9}',
      'cafe\u{301}',
      '\u{c5}',
      '\u{212b}',
      'A\u{30a}',
      '\u{fb01}',
      'fi',
    ]),

  'trailing and leading spaces count': (bench) =>
    expectApart(bench, ['key', 'key ', 'key  ', ' key', 'key\u{a0}', 'key\t', 'key\u{3000}']),

  'line ends and control characters count': (bench) =>
    expectApart(bench, ['key', 'key\n', 'key\r', 'key\r\n', 'k\ney', '\u{1}', '\u{7f}', '\u{85}']),

  'U+0000 counts': needs('nul', (bench) =>
    expectApart(bench, ['key', 'key\0', 'key\0\0', 'key\0one', 'key\0two', '\0key', '\0']),
  ),

  'what SQL gives a meaning is a character like others': (bench) =>
    expectApart(bench, ['%', '_', '%%', 'a%', 'a_', 'ab', "'", "''", '"', '\\', '\\\\', '--', ';']),

  'what other stores give a meaning is a character like others': (bench) =>
    expectApart(bench, [
      '*',
      '?',
      '[a]',
      'a',
      ':',
      '::',
      '{a}',
      '/',
      '//',
      '.',
      '..',
      '#',
      '$1',
      '\\x00',
    ]),

  'texts that look like numbers are texts': (bench) =>
    expectApart(bench, ['1', '01', '1.0', '1e0', '+1', '-0', '0', 'NaN', 'null', 'true', '0x1']),

  'invisible characters count': (bench) =>
    expectApart(bench, [
      'key',
      'key\u{200b}',
      'key\u{200d}',
      '\u{feff}key',
      'k\u{ad}ey',
      'key\u{fe0f}',
    ]),

  'emoji and other characters beyond 16 bits count': (bench) =>
    expectApart(bench, [
      '👍',
      '👍🏽',
      '👍🏿',
      '👩‍👩‍👧',
      '👩👩👧',
      '𝐤𝐞𝐲',
      '\u{10000}',
      '\u{10ffff}',
      '\u{ffff}',
    ]),

  'an id may be 512 bytes long': (bench) =>
    expectApart(bench, [ofBytes(bench, 'a', 'x'), ofBytes(bench, '\u{1f44d}', 'x'), 'short']),

  'ids that differ in their last byte only are two': (bench) =>
    expectApart(
      bench,
      ['1', '2', '3'].map((end) => ofBytes(bench, 'a', end)),
    ),

  'ids that differ after 255 bytes only are two': (bench) =>
    expectApart(
      bench,
      ['', 'b', 'bb', 'c'].map((end) => padded(bench, 255) + end),
    ),

  'ids that differ after 255 characters of many bytes only are two': (bench) =>
    expectApart(
      bench,
      ['', 'b', 'c'].map((end) => 'é'.repeat(230) + end),
    ),

  'an id is another than what it begins with': (bench) =>
    expectApart(bench, ['', 'a', 'aa', 'aaa', 'a/', 'a/a']),

  'names of the language are names like others': (bench) =>
    expectApart(bench, ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__proto__/a']),

  'a name of the language is an id without a prefix, too': async ({ store, claim, record }) => {
    const id = '__proto__';
    const left = await store.read(id);
    if (left !== undefined) await store.remove(id, left.record.owner);
    expectClaimed(await claim({ id }), { attempt: 1 });
    expectEqual((await record(id)).owner, A);
    expectEqual(await store.remove(id, A), true);
    expectEqual(await store.read(id), undefined);
  },

  'ids come back as they were': needs('list', async ({ store, claim, id, prefix }) => {
    const names = [
      'caf\u{e9}',
      'cafe\u{301}',
      'key ',
      '\u{feff}k',
      'a\r\nb',
      '👩‍👩‍👧',
      '"\'\\',
      '\u{10ffff}',
    ];
    for (const name of names) await claim({ id: id(name) });
    const { records } = await store.list({ prefix, limit: 100 });
    expectEqual(new Set(records.map((one) => one.id)), new Set(names.map(id)));
  }),
};

/** Claims each as new, sees that each is another's, and removes one after the other. */
async function expectApart(bench: Bench, names: readonly string[]): Promise<void> {
  const { store, claim, id } = bench;
  const keys = names.map((name, index) => ({ id: id(name), owner: `owner-${index}` }));
  for (const key of keys) expectClaimed(await claim(key), { owner: key.owner, attempt: 1 });
  for (const key of keys) {
    expectRefused(await claim({ id: key.id, owner: 'late' }), { owner: key.owner });
    const reply = await store.read(key.id);
    expectEqual(reply?.record.owner, key.owner, JSON.stringify(key.id));
  }
  for (const [index, key] of keys.entries()) {
    expectEqual(await store.remove(key.id, key.owner), true);
    const next = keys[index + 1];
    if (next) expectEqual((await store.read(next.id))?.record.owner, next.owner);
  }
}

/** A name with which the id has exactly 512 bytes: as often that character as it fits. */
function ofBytes(bench: Bench, character: string, end: string): string {
  const size = bytesOf(character);
  const room = MAX_BYTES - bytesOf(bench.prefix) - bytesOf(end);
  return '-'.repeat(room % size) + character.repeat(Math.floor(room / size)) + end;
}

/** A name with which the id has so many bytes. */
function padded(bench: Bench, bytes: number): string {
  return 'a'.repeat(bytes - bytesOf(bench.prefix));
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
