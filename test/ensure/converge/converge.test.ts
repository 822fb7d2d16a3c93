import { describe, expect, it } from 'vitest';
import { type ConvergeProgress, converge, isRuntwiceError } from '../../../src/index.ts';
import { ABSENT, FakeClock, numbers, PRESENT } from './support.ts';

describe('converge', () => {
  it('looks, skips what is there, acts on what is not, and counts both', async () => {
    const folder = new Set(['a', 'c']);
    const report = await converge(['a', 'b', 'c', 'd'], {
      operation: 'export',
      look: (name) => folder.has(name),
      act: (name) => void folder.add(name),
    });
    expect([...folder].toSorted()).toEqual(['a', 'b', 'c', 'd']);
    expect(report).toMatchObject({ operation: 'export', total: 4, done: 2, already: 2, ok: true });
    expect(report.counts).toMatchObject({ created: 2, unchanged: 2 });
  });

  it('run twice acts on nothing the second time', async () => {
    const folder = new Set<string>();
    let acts = 0;
    const options = {
      look: (name: string) => folder.has(name),
      act: (name: string) => {
        acts++;
        folder.add(name);
      },
    };
    await converge(['a', 'b'], options);
    expect(await converge(['a', 'b'], options)).toMatchObject({ done: 0, already: 2, ok: true });
    expect(acts).toBe(2);
  });

  it('two runs at once never both make an item whose act is atomic', async () => {
    const made = new Map<number, number>();
    const options = {
      look: async (item: number) => made.has(item),
      act: async (item: number, run: { lost: { lost: true } }) => {
        if (made.has(item)) return run.lost;
        made.set(item, 1);
        return undefined;
      },
    };
    const items = numbers(100);
    const reports = await Promise.all([converge(items, options), converge(items, options)]);
    const sum = (of: 'done' | 'already') => reports.reduce((all, report) => all + report[of], 0);
    expect([sum('done'), sum('already')]).toEqual([100, 100]);
  });

  it('in a dry run says what would be done and calls no act', async () => {
    const report = await converge([true, false, { outdated: 'x' }, { differs: 'y' }], {
      look: (answer) => answer,
      act: () => expect.fail('act was called'),
      dryRun: true,
    });
    expect(report.dryRun).toBe(true);
    expect(report.counts).toMatchObject({ unchanged: 1, created: 1, updated: 1, differs: 1 });
  });

  it('never rejects because items failed: that is in the report, with the reasons', async () => {
    const report = await converge(['a', 'b'], {
      look: () => false,
      act: (name) => {
        throw new Error(`no ${name}`);
      },
    });
    expect(report).toMatchObject({ total: 2, attention: 2, ok: false });
    expect(report.items).toEqual([
      { item: 'a', outcome: 'failed', reason: 'no a' },
      { item: 'b', outcome: 'failed', reason: 'no b' },
    ]);
  });

  it('is ok when all that needs attention was accepted', async () => {
    const options = { ...PRESENT, look: () => ({ differs: 'is other' }) };
    expect(await converge(['a'], options)).toMatchObject({ ok: false, attention: 1 });
    const report = await converge(['a'], { ...options, accept: ['differs'] });
    expect(report).toMatchObject({ ok: true, attention: 1, counts: { differs: 1 } });
  });

  it('calls the operation "converge" where it has no name', async () => {
    expect(await converge([], PRESENT)).toMatchObject({ operation: 'converge', dryRun: false });
  });

  it('takes the times from the clock that it is given', async () => {
    const clock = new FakeClock();
    const act = () => {
      clock.ms += 250;
    };
    const report = await converge(['a', 'b'], { ...ABSENT, act, clock });
    expect(report).toMatchObject({ startedAt: '1970-01-01T00:00:01.000Z', elapsedMs: 500 });
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses a concurrency of %d before it looks at anything',
    async (concurrency) => {
      const look = () => expect.fail('look was called');
      const error = await converge(['a'], { ...ABSENT, look, concurrency }).catch((e) => e);
      expect(isRuntwiceError(error, 'ERR_RUNTWICE_INVALID_ARGUMENT')).toBe(true);
      expect(error.message).toContain(String(concurrency));
    },
  );

  it("knows an array's length by itself, and otherwise what it is told", async () => {
    const told: ConvergeProgress[] = [];
    const onProgress = (progress: ConvergeProgress) => told.push({ ...progress });
    await converge(['a', 'b'], { ...PRESENT, onProgress });
    await converge(['a', 'b'].values(), { ...PRESENT, onProgress });
    await converge(['a', 'b'].values(), { ...PRESENT, onProgress, total: 2 });
    expect(told.map(({ total }) => total)).toEqual([2, undefined, 2]);
  });

  it('counts nothing that is not there when told too high a total, if it ran to the end', async () => {
    expect(await converge(['a'], { ...PRESENT, total: 5 })).toMatchObject({ total: 1, ok: true });
  });
});
