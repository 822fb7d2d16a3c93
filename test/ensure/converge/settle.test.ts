import { describe, expect, it } from 'vitest';
import { type Settled, settle } from '../../../src/ensure/converge/settle.ts';
import type { ConvergeRun, Look, Lost } from '../../../src/ensure/converge/types.ts';

type Act = Lost | undefined;
type Answer<T> = { give: T } | { fail: unknown };
interface Script {
  looks: Answer<Look>[];
  acts?: Answer<Act>[];
  dryRun?: boolean;
}

const controller = new AbortController();
const run: ConvergeRun = {
  signal: controller.signal,
  lost: { lost: true },
  progressed: () => {},
};
const LOST: Answer<Act> = { give: run.lost };
const MADE: Answer<Act> = { give: undefined };
const answer = (give: Look): Answer<Look> => ({ give });
const boom: { fail: unknown } = { fail: new Error('boom') };

/** Settles one item by the script; `calls` says what was asked, in order. */
function play({ looks, acts = [], dryRun = false }: Script, isAsync: boolean, signalled = run) {
  const calls: string[] = [];
  const next = <T>(name: string, answers: Answer<T>[], used: { count: number }): T => {
    calls.push(name);
    const given = answers[used.count++];
    if (given === undefined) throw new Error(`${name} was called too often`);
    if ('fail' in given) throw given.fail;
    return given.give;
  };
  const [looked, acted] = [{ count: 0 }, { count: 0 }];
  const later = async <T>(give: () => T): Promise<T> => give();
  const settled = settle(
    'item',
    {
      look: () => {
        const give = () => next('look', looks, looked);
        return isAsync ? later(give) : give();
      },
      act: () => {
        const give = () => next('act', acts, acted);
        return isAsync ? later(give) : give();
      },
      dryRun,
    },
    signalled,
  );
  return { settled, calls };
}

const CASES: [string, Script, Settled, string[]][] = [
  ['there → unchanged', { looks: [answer(true)] }, { outcome: 'unchanged' }, ['look']],
  [
    'absent → created',
    { looks: [answer(false)], acts: [MADE] },
    { outcome: 'created' },
    ['look', 'act'],
  ],
  [
    'outdated → updated',
    { looks: [answer({ outdated: 'is old' })], acts: [MADE] },
    { outcome: 'updated' },
    ['look', 'act'],
  ],
  [
    'differs → not touched, and why',
    { looks: [answer({ differs: 'is a folder' })] },
    { outcome: 'differs', reason: 'is a folder' },
    ['look'],
  ],
  [
    'a look that fails → failed, not acted on',
    { looks: [boom] },
    { outcome: 'failed', reason: 'boom', error: boom.fail },
    ['look'],
  ],
  [
    'an act that fails → failed',
    { looks: [answer(false)], acts: [boom] },
    { outcome: 'failed', reason: 'boom', error: boom.fail },
    ['look', 'act'],
  ],
  [
    'lost, then there → unchanged',
    { looks: [answer(false), answer(true)], acts: [LOST] },
    { outcome: 'unchanged' },
    ['look', 'act', 'look'],
  ],
  [
    'lost, then something else there → differs',
    { looks: [answer(false), answer({ differs: 'is other' })], acts: [LOST] },
    { outcome: 'differs', reason: 'is other' },
    ['look', 'act', 'look'],
  ],
  [
    'lost, then gone again → acted on once more, created',
    { looks: [answer(false), answer(false)], acts: [LOST, MADE] },
    { outcome: 'created' },
    ['look', 'act', 'look', 'act'],
  ],
  [
    'lost, then outdated → updated',
    { looks: [answer(false), answer({ outdated: 'x' })], acts: [LOST, MADE] },
    { outcome: 'updated' },
    ['look', 'act', 'look', 'act'],
  ],
  [
    'lost twice → busy, and no third time',
    { looks: [answer(false), answer(false)], acts: [LOST, LOST] },
    { outcome: 'busy', reason: 'another run is changing it right now' },
    ['look', 'act', 'look', 'act'],
  ],
  [
    'lost, then the look fails → failed',
    { looks: [answer(false), boom], acts: [LOST] },
    { outcome: 'failed', reason: 'boom', error: boom.fail },
    ['look', 'act', 'look'],
  ],
  [
    'lost, then the act fails → failed',
    { looks: [answer(false), answer(false)], acts: [LOST, boom] },
    { outcome: 'failed', reason: 'boom', error: boom.fail },
    ['look', 'act', 'look', 'act'],
  ],
  [
    'dry run, absent → would be created, without an act',
    { looks: [answer(false)], dryRun: true },
    { outcome: 'created' },
    ['look'],
  ],
  [
    'dry run, outdated → would be updated, without an act',
    { looks: [answer({ outdated: 'x' })], dryRun: true },
    { outcome: 'updated' },
    ['look'],
  ],
];

describe.each([
  ['at once', false],
  ['by a promise', true],
])('an item answered %s', (_, isAsync) => {
  it.each(CASES)('%s', async (_name, script, expected, asked) => {
    const { settled, calls } = play(script, isAsync);
    expect(await settled).toEqual(expected);
    expect(calls).toEqual(asked);
  });
});

describe('an item', () => {
  it.each(CASES)('is not made to wait when nothing waits: %s', (_name, script) => {
    const wasLost = script.acts?.includes(LOST) ?? false;
    expect(play(script, false).settled instanceof Promise).toBe(wasLost);
  });

  it.each([
    [new Error('no space'), 'no space'],
    ['a text', 'a text'],
    [new Error(''), 'an error without a message'],
    [undefined, 'undefined'],
    [null, 'null'],
  ])('that throws %s failed for that reason', async (thrown, reason) => {
    const { settled } = play({ looks: [{ fail: thrown }] }, true);
    expect(await settled).toEqual({ outcome: 'failed', reason, error: thrown });
  });

  it('that ended because the run was aborted is untried, not failed', async () => {
    const ended = new AbortController();
    ended.abort();
    const aborted = { ...run, signal: ended.signal };
    const script: Script = { looks: [answer(false)], acts: [{ fail: ended.signal.reason }] };
    for (const isAsync of [false, true]) {
      const { settled } = play(script, isAsync, aborted);
      expect(await settled).toMatchObject({ outcome: 'untried' });
    }
  });

  it('that failed for a reason of its own in an aborted run is failed', async () => {
    const ended = new AbortController();
    ended.abort();
    const { settled } = play({ looks: [boom] }, true, { ...run, signal: ended.signal });
    expect(await settled).toMatchObject({ outcome: 'failed', reason: 'boom' });
  });
});
