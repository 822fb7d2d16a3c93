import type { ListQuery, RecordState } from '../../../once/store/types.ts';
import { A, B, type Bench, RESULT, SHORT } from '../bench.ts';
import { allNeed, type Cases, needs } from '../case.ts';
import { expectEqual, expectFields, plainRecord } from '../expect.ts';

const STATES: readonly RecordState[] = ['running', 'done', 'failed', 'released', 'unknown'];

/** What is recorded, page by page. */
export const LIST: Cases = allNeed('list', {
  'nothing, where there is nothing': async ({ store, prefix, claim, time }) => {
    const { records, now } = await store.list({ prefix, limit: 10 });
    expectEqual(records, []);
    time.expectAge((await claim()).now - now, 0);
  },

  'whole records, as they are read': async ({ store, prefix, id, claim, finish, record }) => {
    await claim();
    await finish();
    const { records } = await store.list({ prefix, limit: 10 });
    const seen = records.map((one) => ({ id: one.id, record: plainRecord(one.record) }));
    expectEqual(seen, [{ id: id(), record: await record() }]);
    expectFields(await record(), { result: RESULT });
  },

  'in the order of the bytes of their ids': async (bench) => {
    const names = [
      '',
      ' ',
      '-',
      '0',
      '10',
      '2',
      'B',
      'a',
      'a b',
      'a-b',
      'ab',
      'z',
      'é',
      'ﬁ',
      '\u{fffd}',
    ];
    const sorted = [...names, '\u{10000}', '👍', '\u{10ffff}'];
    await fill(bench, [...sorted].reverse());
    expectEqual(await namesOf(bench, {}), sorted);
  },

  'only ids that begin with the prefix': async (bench) => {
    await fill(bench, ['a', 'a/', 'a/1', 'a/2', 'a/\u{10ffff}', 'a0', 'A/1', 'b/1', '']);
    const prefix = bench.id('a/');
    expectEqual(await namesOf(bench, { prefix }), ['a/', 'a/1', 'a/2', 'a/\u{10ffff}']);
  },

  'a prefix is no pattern': async (bench) => {
    await fill(bench, ['a%b', 'a_b', 'axb', 'a*b', 'a\\b', 'a[x]b', 'a?b']);
    for (const name of ['a%', 'a_', 'a*', 'a\\', 'a[x]', 'a?']) {
      expectEqual(await namesOf(bench, { prefix: bench.id(name) }), [`${name}b`]);
    }
  },

  'a prefix may end with any character': async (bench) => {
    const ends = ['\u{7f}', '\u{d7ff}', '\u{ffff}', '\u{10ffff}', '\u{10ffff}\u{10ffff}'];
    await fill(bench, ['', 'a', 'z', ...ends, ...ends.map((end) => `${end}x`)]);
    for (const end of ['\u{7f}', '\u{d7ff}', '\u{ffff}', '\u{10ffff}\u{10ffff}']) {
      expectEqual(await namesOf(bench, { prefix: bench.id(end) }), [end, `${end}x`]);
    }
    const last = ['\u{10ffff}', '\u{10ffff}x', '\u{10ffff}\u{10ffff}', '\u{10ffff}\u{10ffff}x'];
    expectEqual(await namesOf(bench, { prefix: bench.id('\u{10ffff}') }), last);
  },

  'every id begins with the empty prefix': async (bench) => {
    await fill(bench, ['a', 'b']);
    const query = { prefix: '', after: bench.prefix, limit: 2 };
    expectEqual(await namesOf(bench, query), ['a', 'b']);
  },

  'no more than the limit': async (bench) => {
    await fill(bench, ['a', 'b', 'c']);
    expectEqual(await namesOf(bench, { limit: 2 }), ['a', 'b']);
    expectEqual(await namesOf(bench, { limit: 3 }), ['a', 'b', 'c']);
  },

  'page by page, each id once': async (bench) => {
    const names = Array.from({ length: 25 }, (_, index) => String.fromCodePoint(0x1f440 + index));
    await fill(bench, names);
    const pages: string[][] = [];
    for (let after: string | undefined; pages.length < 4; ) {
      const page = await namesOf(bench, { limit: 10, after });
      pages.push(page);
      after = bench.id(page.at(-1));
    }
    const expected = [names.slice(0, 10), names.slice(10, 20), names.slice(20), []];
    expectEqual(pages, expected);
  },

  'after an id that is not there': async (bench) => {
    await fill(bench, ['a', 'c']);
    expectEqual(await namesOf(bench, { after: bench.id('b') }), ['c']);
    expectEqual(await namesOf(bench, { after: bench.id('d') }), []);
  },

  'after an id that sorts before the prefix': async (bench) => {
    await fill(bench, ['a', 'b', 'b/1', 'c']);
    expectEqual(await namesOf(bench, { prefix: bench.id('b'), after: bench.id('') }), ['b', 'b/1']);
  },

  'after an id that sorts behind the prefix': async (bench) => {
    await fill(bench, ['a', 'b', 'c', 'd']);
    expectEqual(await namesOf(bench, { prefix: bench.id('b'), after: bench.id('c') }), []);
  },

  'ids with U+0000, whole and page by page': needs('nul', async (bench) => {
    const names = ['a', 'a\0', 'a\0\0', 'a\0b', 'a\0c', 'b'];
    await fill(bench, names);
    expectEqual(await namesOf(bench, {}), names);
    expectEqual(await namesOf(bench, { after: bench.id('a\0b') }), ['a\0c', 'b']);
    expectEqual(await namesOf(bench, { prefix: bench.id('a\0') }), names.slice(1, 5));
  }),

  'only the states that are asked for': async (bench) => {
    await fillStates(bench, STATES);
    for (const [index, state] of STATES.entries()) {
      expectEqual(await namesOf(bench, { states: [state] }), [`${index}-${state}`]);
    }
    const both = await namesOf(bench, { states: ['unknown', 'done'] });
    expectEqual(both, ['1-done', '4-unknown']);
    expectEqual(await namesOf(bench, { states: [] }), []);
  },

  'the limit counts only what is asked for': async (bench) => {
    await fillStates(bench, ['done', 'done', 'unknown', 'done', 'unknown', 'unknown']);
    const states: RecordState[] = ['unknown'];
    expectEqual(await namesOf(bench, { states, limit: 2 }), ['2-unknown', '4-unknown']);
    const after = bench.id('4-unknown');
    expectEqual(await namesOf(bench, { states, after, limit: 2 }), ['5-unknown']);
  },

  'what is running is listed as such, though its lease is over': async (bench) => {
    await bench.claim({ leaseMs: SHORT });
    await bench.advance(2 * SHORT);
    expectEqual(await namesOf(bench, { states: ['running'] }), ['key']);
    expectEqual(await namesOf(bench, { states: ['unknown'] }), []);
  },

  'only attempts that began so long ago': async (bench) => {
    await fill(bench, ['old', 'retried']);
    await bench.advance(20_000);
    await bench.takeOver({ evenIfLeased: true }, { id: bench.id('retried') });
    await fill(bench, ['new']);
    expectEqual(await namesOf(bench, { olderThanMs: 10_000 }), ['old']);
    expectEqual(await namesOf(bench, { olderThanMs: 0 }), ['new', 'old', 'retried']);
    expectEqual(await namesOf(bench, { olderThanMs: 7 * 86_400_000 }), []);
    expectEqual(await namesOf(bench, { olderThanMs: Number.POSITIVE_INFINITY }), []);
  },

  'everything that was asked at once': async (bench) => {
    await fillStates(bench, ['done', 'unknown', 'done', 'unknown', 'done']);
    await bench.advance(20_000);
    await fillStates(bench, ['failed', 'done', 'failed', 'failed', 'failed', 'done']);
    const query = {
      states: ['done'],
      olderThanMs: 10_000,
      after: bench.id('1'),
      limit: 1,
    } as const;
    expectEqual(await namesOf(bench, query), ['2-done']);
  },
});

async function fill({ claim, id }: Bench, names: readonly string[]): Promise<void> {
  for (const name of names) await claim({ id: id(name), owner: A });
}

/** Records named by their number and state. */
async function fillStates(bench: Bench, states: readonly RecordState[]): Promise<void> {
  for (const [index, state] of states.entries()) {
    const id = bench.id(`${index}-${state}`);
    await bench.claim({ id, owner: B });
    await bench.update({ id, owner: B, state });
  }
}

/** What is listed, without the prefix of the case. */
async function namesOf({ store, prefix }: Bench, query: Partial<ListQuery>): Promise<string[]> {
  const { records } = await store.list({ prefix, limit: 100, ...query });
  return records.map(({ id }) => id.slice(prefix.length));
}
