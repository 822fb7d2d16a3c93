import { A, B, type Bench } from '../bench.ts';
import { type Cases, needs } from '../case.ts';
import { expectClaimed, expectFields, expectSameText, expectUpdated } from '../expect.ts';

const MB = 1024 ** 2;

/** Texts come back as they were. */
export const TEXTS: Cases = {
  'a result of 1 MB': needs('bigTexts', (bench) => expectKept(bench, filled(MB), '')),

  'a result of 1 MB in two to four bytes a character': needs('bigTexts', (bench) =>
    expectKept(bench, 'é漢👍'.repeat(MB / 9), ''),
  ),

  'progress of 256 KB': needs('bigTexts', (bench) => expectKept(bench, '', filled(MB / 4))),

  'big progress is saved again and again': needs('bigTexts', async ({ claim, update, record }) => {
    await claim();
    for (let length = 1; length <= 8; length++) {
      const progress = filled((length * MB) / 32);
      expectUpdated(await update({ state: 'running', progress }));
      expectSameText((await record()).progress, progress);
    }
  }),

  'an empty result': (bench) => expectKept(bench, '', ''),

  'all kinds of characters': (bench) =>
    expectKept(bench, 'aé漢👍\u{10ffff}\u{ffff}\u{fffd}\u{e000}', '👩‍👩‍👧\u{1f1e6}\u{1f1f9}'),

  'composed and decomposed characters': (bench) =>
    expectKept(bench, '\u{e9}e\u{301}', 'e\u{301}\u{e9}'),

  'U+0000': needs('nul', (bench) => expectKept(bench, 'a\0b\0', '\0a\0')),

  'control characters and line ends': (bench) =>
    expectKept(bench, 'a\r\nb\rc\nd\te\u{1}\u{1f}\u{7f}\u{85}\u{2028}', '\r\n'),

  'spaces and a byte order mark at the ends': (bench) =>
    expectKept(bench, '\u{feff} a \n', '  \u{feff}'),

  'quotes, backslashes and what looks like code': (bench) =>
    expectKept(bench, `'"\\'' \\u0000 \\x41 $1 ? :a %s ; -- */`, `'; DROP TABLE runtwice; --`),

  'what looks like a number': (bench) => expectKept(bench, '007', '1e3'),

  'what looks like nothing': (bench) => expectKept(bench, 'null', 'undefined'),

  'any name of a codec': async ({ claim, update, record }) => {
    await claim();
    const result = { codec: 'json+custom é', text: '1' };
    expectUpdated(await update({ state: 'done', result }));
    expectFields(await record(), { result });
  },

  'fingerprints and owners': async ({ claim, record }) => {
    const [fingerprint, owner] = [`1:${'aZ09-_'.repeat(7)}`, 'host 7/boot é/pid:12 "x" '];
    expectClaimed(await claim({ fingerprint, owner }), { fingerprint, owner });
    expectFields(await record(), { fingerprint, owner });
  },

  'fingerprints that differ in case only are two': async ({ claim, update, takeOver, record }) => {
    await claim({ fingerprint: '1:abc' });
    await update({ state: 'unknown' });
    await takeOver({}, { fingerprint: '1:ABC' });
    expectFields(await record(), { fingerprint: '1:abc', owner: A, attempt: 1 });
  },

  'owners that differ in case only are two': async ({ claim, update, record }) => {
    await claim({ owner: 'owner' });
    await update({ owner: 'OWNER', state: 'done' });
    await update({ owner: 'owner ', state: 'done' });
    expectFields(await record(), { owner: 'owner', state: 'running' });
  },
};

/** Both are read and claimed as they were written. */
async function expectKept(bench: Bench, text: string, progress: string): Promise<void> {
  const { claim, update, record } = bench;
  await claim();
  expectUpdated(await update({ state: 'done', progress, result: { codec: 'json', text } }));
  const { record: refused } = await claim({ owner: B });
  for (const one of [await record(), refused]) {
    expectSameText(one.result?.text, text);
    expectSameText(one.progress, progress);
  }
}

/** No two lines of it are the same. */
function filled(length: number): string {
  const lines = Array.from(
    { length: Math.ceil(length / 8) },
    (_, index) => `${index.toString(36).padStart(7, '.')}\n`,
  );
  return lines.join('').slice(0, length);
}
