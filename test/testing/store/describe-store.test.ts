// A check that was never red is no check: here every case of the suite meets a store that breaks it,
// and every broken store is found.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../../src/stores/memory/index.ts';
import type { StoreSuite } from '../../../src/testing/index.ts';
import { collect, type Fault, faultySuite, redOf } from './collect.ts';
import { CLAIM_FAULTS } from './mutants/claim.ts';
import { ID_FAULTS } from './mutants/ids.ts';
import { CLOSING_FAULTS, RACE_FAULTS } from './mutants/in-time.ts';
import { LIST_FAULTS, REMOVE_FAULTS, STATS_FAULTS } from './mutants/list.ts';
import { PURGE_FAULTS, PURGE_TIMES_FAULTS } from './mutants/purge.ts';
import { RENEW_FAULTS } from './mutants/renew.ts';
import { TAKEOVER_FAULTS } from './mutants/takeover.ts';
import { TEXT_FAULTS } from './mutants/texts.ts';
import { UPDATE_AGAIN_FAULTS, UPDATE_FAULTS } from './mutants/update.ts';

const FAULTS: Readonly<Record<string, Readonly<Record<string, Fault>>>> = {
  claim: CLAIM_FAULTS,
  takeover: TAKEOVER_FAULTS,
  update: UPDATE_FAULTS,
  'update after the end': UPDATE_AGAIN_FAULTS,
  renew: RENEW_FAULTS,
  ids: ID_FAULTS,
  texts: TEXT_FAULTS,
  list: LIST_FAULTS,
  stats: STATS_FAULTS,
  remove: REMOVE_FAULTS,
  purge: PURGE_FAULTS,
  'when a purge is due': PURGE_TIMES_FAULTS,
  races: RACE_FAULTS,
  closing: CLOSING_FAULTS,
};

const sound = faultySuite(() => ({}));

describe('the suite', () => {
  it('has nothing against a sound store', async () => {
    expect([...(await redOf(sound))]).toEqual([]);
  });

  it('has faults for each group', () => {
    const groups = new Set(collect(sound).map(({ group }) => group));
    expect([...groups].sort()).toEqual(Object.keys(FAULTS).sort());
  });

  it('has no two cases of one name in a group', () => {
    const names = collect(sound).map(({ group, name }) => `${group}: ${name}`);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe.each(Object.entries(FAULTS))('%s', (group, faults) => {
  const seen = new Set<string>();

  it.each(Object.entries(faults))('finds a store that %s', async (_, fault) => {
    const red = await redOf(faultySuite(fault), group);
    expect(red.size).toBeGreaterThan(0);
    for (const name of red) seen.add(name);
  });

  it('has no case that is always green', () => {
    const names = collect(sound).filter((one) => one.group === group);
    expect(names.map(({ name }) => name).filter((name) => !seen.has(name))).toEqual([]);
  });
});

describe('what a store lacks', () => {
  const lacking: StoreSuite = {
    name: 'lacking',
    open: async (clock) => memoryStore({ clock }),
    lacks: { shared: 'one process only', nul: 'it ends texts' },
  };

  it('is skipped, with the reason in its name', () => {
    const skipped = collect(lacking).filter(({ run }) => run === undefined);
    const names = skipped.map(({ group, name }) => `${group}: ${name}`);
    expect(names).toContain('ids: U+0000 counts (not run: it ends texts)');
    expect(names).toContain(
      'closing: what was claimed is seen by another store (not run: one process only)',
    );
  });

  it('is left out by a runner that cannot skip', () => {
    const all = collect(lacking, false);
    expect(all.map(({ run }) => run)).not.toContain(undefined);
    const skipped = collect(lacking).filter(({ run }) => run === undefined);
    expect(all.length).toBe(collect(lacking).length - skipped.length);
  });

  it('is the exact time, where it goes by its own clock', () => {
    const suite: StoreSuite = { ...lacking, advance: async () => {} };
    const names = collect(suite).map(({ name }) => name);
    expect(names).toContain('to the millisecond (not run: it has its own clock)');
  });
});

it('runs under the test runner of Node', () => {
  const file = fileURLToPath(new URL('node-runner.ts', import.meta.url));
  const args = ['--test', '--test-reporter=tap', file];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const count = (what: string): number =>
    Number(new RegExp(`^# ${what} (\\d+)`, 'm').exec(stdout)?.[1]);
  const cases = collect(sound);
  expect(status, stdout).toBe(0);
  expect(count('pass') + count('skipped')).toBe(cases.length);
  expect(count('skipped')).toBe(5);
});
