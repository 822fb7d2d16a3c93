import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assertSafeToRunTwice,
  checkOperation,
  EffectPort,
  githubSummary,
  reportHtml,
  reportJunit,
  reportText,
} from '../../../src/check/index.ts';
import { toBeSafeToRunTwice } from '../../../src/testing/vitest.ts';
import { answerOf, list } from './list.ts';
import { chargeAndPut, checkInShop, claimFirst, lookFirst, shop, withKey } from './shop.ts';

describe('a killed run', () => {
  it('never goes on, and nothing that it calls later happens', async () => {
    const { items, ...world } = list();
    const later: string[] = [];
    const report = await checkOperation(
      async ({ add, has }) => {
        if (await has('x')) return;
        const aside = Promise.resolve().then(async () => {
          for (let turn = 0; turn < 5; turn++) await null;
          await add('aside');
        });
        await add('x');
        later.push('went on');
        await aside;
      },
      { ...world, killBefore: 2 },
    );
    expect(report.runs).toBeGreaterThan(4);
    // Three runs, the control run, and the two runs after the two kills that were tried.
    expect(answerOf(report, 'interrupted')).toBe('recovers');
    expect(items.filter((item) => item === 'aside').length).toBeLessThanOrEqual(1);
    expect(later.length).toBeLessThan(report.runs);
  });

  it('has its connections closed, and what it had sent arrives', async () => {
    const closed: string[] = [];
    const world = list();
    const slow = new EffectPort((run) => {
      run.onKilled(() => closed.push('closed'));
      return {
        add: (item: string) =>
          run.effect({ text: `add(${item})` }, async () => {
            await new Promise((resolve) => setTimeout(resolve, 5));
            world.items.push(item);
          }),
      };
    });
    const report = await checkOperation(
      ({ slow: port }) => Promise.all([port.add('1'), port.add('2')]),
      {
        ...world,
        effects: { slow },
        killBefore: 2,
      },
    );
    expect(closed).toHaveLength(report.points.found);
    // The first was under way.
    expect(answerOf(report, 'interrupted')).toBe('repeated effect');
  });

  it('or one that ended is over only when all that it began is', async () => {
    const world = list();
    const slow = async (item: string) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await world.effects.add(item);
    };
    const report = await checkOperation(
      (ports) => {
        void ports.slow('x');
      },
      { ...world, effects: { slow }, only: ['twice'] },
    );
    expect(answerOf(report, 'twice')).toBe('changed again');
    expect(report.unobserved).toEqual([]);
  });

  it('that leaves a claim behind makes the next one stuck', async () => {
    const world = list();
    const report = await checkOperation(
      async ({ add, has }) => {
        if (await has('done')) return;
        if (await has('claim')) throw new Error('claimed by somebody');
        await add('claim');
        await add('done');
      },
      { ...world, only: ['interrupted'] },
    );
    expect(answerOf(report, 'interrupted')).toBe('stuck');
    expect(reportText(report)).toContain('it threw Error: claimed by somebody');
  });

  it('that the next one waits for makes that one stuck, in a bounded time', async () => {
    const world = list();
    const report = await checkOperation(
      async ({ add, has }) => {
        if (await has('done')) return;
        if (await has('claim')) await new Promise(() => {});
        await add('claim');
        await add('done');
      },
      { ...world, only: ['interrupted'], timeout: '500ms' },
    );
    expect(answerOf(report, 'interrupted')).toBe('stuck');
    expect(reportText(report)).toContain('it did not end in time');
  });
});

describe('effects that are to happen once', () => {
  it('are counted although observe does not see them', async () => {
    const { observe: _, ...world } = shop();
    const report = await checkOperation(claimFirst, { ...world, once: ['charge'] });
    expect(answerOf(report, 'interrupted')).toBe('silent damage');
    expect(reportText(report)).toContain("charge('o1') happened never, and once in one clean run");
    const twice = await checkOperation(chargeAndPut, { ...world, once: ['charge'] });
    expect(answerOf(twice, 'twice')).toBe('repeated effect');
    expect(answerOf(twice, 'together')).toBe('differs');
  });

  it('may have arguments that are others each time', async () => {
    let number = 0;
    const sent: string[] = [];
    const done = new Set<string>();
    const report = await checkOperation(
      async ({ send, mark, seen }) => {
        if (await seen()) return;
        number++;
        await send(`at ${number}`);
        await mark();
      },
      {
        effects: {
          send: (text: string) => {
            sent.push(text);
          },
          mark: () => {
            done.add('x');
          },
          seen: () => done.has('x'),
        },
        once: ['send'],
        reset: () => done.clear(),
        only: ['interrupted'],
      },
    );
    expect(answerOf(report, 'interrupted')).toBe('repeated effect');
    expect(report.scenarios[0]?.summary).toBe('at 2 of 6 moments, of 6');
  });

  it('are named inside of objects, methods of classes with private fields too', async () => {
    class Bank {
      readonly #taken: number[] = [];
      readonly charges = {
        create: async (amount: number) => {
          this.#taken.push(amount);
        },
      };
      pay(amount: number): number {
        return this.#taken.push(amount);
      }
    }
    const options = { effects: { bank: new Bank() }, reset() {}, only: ['twice'] as const };
    for (const name of ['bank.charges.create', 'bank.pay'] as const) {
      const report = await checkOperation(
        async ({ bank }) => {
          await bank.charges.create(1);
          await bank.pay(2);
        },
        { ...options, once: [name] },
      );
      expect(answerOf(report, 'twice'), name).toBe('repeated effect');
    }
  });
});

describe('values that are others each time', () => {
  it('are left out between beginnings, and never between a run and the next', async () => {
    let now = 0;
    const rows = new Map<string, object>();
    const world = {
      effects: {
        add: (key: string) => {
          rows.set(key, { key, at: now++ });
        },
        has: (key: string) => rows.has(key),
      },
      observe: () => ({ rows: new Set(rows.values()) }),
      reset: () => rows.clear(),
    };
    const looking = await checkOperation(
      async ({ add, has }) => {
        for (const key of ['a', 'b']) if (!(await has(key))) await add(key);
      },
      { ...world, only: ['twice', 'interrupted'] },
    );
    expect(looking.verdict).toBe('safe');
    const always = await checkOperation(({ add }) => add('a'), { ...world, only: ['twice'] });
    expect(answerOf(always, 'twice')).toBe('changed again');
  });
});

describe('two at once', () => {
  it('are shown in the simplest order that does the same harm, which is played again by its name', async () => {
    const report = await checkInShop(lookFirst, { only: ['together'], interleave: fc, seed: 7 });
    const [finding] = report.scenarios[0]?.findings ?? [];
    expect(finding?.what).toBe('two at once, in the order abbbbbbaaaaa (found with seed 7)');
    expect(finding?.steps).toEqual([
      "a: has('o1') is asked for",
      "b: has('o1'), charge('o1'), put('o1')",
      "a: has('o1') is answered, charge('o1'), put('o1')",
    ]);
    expect(finding?.replay).toBe("checkOperation(lookFirst, { …, schedule: 'abbbbbbaaaaa' })");
    const again = await checkInShop(lookFirst, { schedule: 'abbbbbbaaaaa' });
    expect(again.scenarios[0]?.findings[0]).toEqual({
      ...finding,
      what: finding?.what.split(' (')[0],
    });
    const fine = await checkInShop(lookFirst, { schedule: 'aaaaaabb' });
    expect(fine.verdict).toBe('safe');
  });

  it('may refuse, and wait for each other', async () => {
    const world = list();
    const refusing = await checkOperation(
      async ({ once }) => {
        await once();
      },
      {
        ...world,
        effects: {
          once: () => {
            if (world.items.length > 0) throw new Error('there is one');
            world.items.push('x');
          },
        },
        only: ['together'],
      },
    );
    expect(answerOf(refusing, 'together')).toBe('one refused');
    let last = Promise.resolve();
    const waiting = await checkOperation(
      ({ add, has }) => {
        last = last.then(async () => {
          if (!(await has('x'))) await add('x');
        });
        return last;
      },
      { ...list(), only: ['together'], interleave: fc, seed: 1, schedules: 10 },
    );
    expect(answerOf(waiting, 'together')).toBe('same');
  });

  it('let through what observe throws', async () => {
    let calls = 0;
    const observe = () => {
      if (++calls > 7) throw new Error('the database is away');
      return calls;
    };
    const options = { only: ['together'] as const, interleave: fc, seed: 1, observe };
    await expect(checkInShop(withKey, options)).rejects.toThrow('the database is away');
  });
});

describe('its report', () => {
  it('is one of check, in all of its forms', async () => {
    const report = await checkInShop(lookFirst, { interleave: fc, seed: 7 });
    const schema = JSON.parse(readFileSync('src/check/check-report.schema.json', 'utf8'));
    const validate = new Ajv({ strict: true }).compile(schema);
    expect(validate(JSON.parse(JSON.stringify(report))), JSON.stringify(validate.errors)).toBe(
      true,
    );
    expect(report).toMatchObject({ subject: 'operation', command: ['lookFirst'] });
    expect(() => assertSafeToRunTwice(report)).toThrow('killAfter: 2 })');
    expect(toBeSafeToRunTwice(report).pass).toBe(false);
    const [step = ''] = report.scenarios[1]?.findings[0]?.steps ?? [];
    expect(step).toBe("a: has('o1') is asked for");
    expect(reportText(report)).toContain(step);
    expect(reportText(report)).toContain('runs in this process');
    expect(reportHtml(report)).toContain('a: has(&#39;o1&#39;) is asked for');
    expect(githubSummary(report)).toContain('is asked for');
    expect(reportJunit(report)).toContain(step);
    // What helps a program with its files does not help here.
    expect(reportText(report)).not.toContain('temporary name');
  });
});
