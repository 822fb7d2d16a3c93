import { openBench } from './bench.ts';
import type { Case } from './case.ts';
import { CLAIM } from './cases/claim.ts';
import { CLOSING } from './cases/closing.ts';
import { IDS } from './cases/ids.ts';
import { LIST } from './cases/list.ts';
import { PURGE } from './cases/purge.ts';
import { PURGE_TIMES } from './cases/purge-times.ts';
import { RACES } from './cases/races.ts';
import { REMOVE } from './cases/remove.ts';
import { RENEW } from './cases/renew.ts';
import { STATS } from './cases/stats.ts';
import { TAKEOVER } from './cases/takeover.ts';
import { TEXTS } from './cases/texts.ts';
import { UPDATE } from './cases/update.ts';
import { UPDATE_AGAIN } from './cases/update-again.ts';
import { type Runner, reasonToSkip, type StoreSuite } from './suite.ts';

const GROUPS = {
  claim: CLAIM,
  takeover: TAKEOVER,
  update: UPDATE,
  'update after the end': UPDATE_AGAIN,
  renew: RENEW,
  ids: IDS,
  texts: TEXTS,
  list: LIST,
  stats: STATS,
  remove: REMOVE,
  purge: PURGE,
  'when a purge is due': PURGE_TIMES,
  races: RACES,
  closing: CLOSING,
};

/**
 * Declares the tests that every store has to pass, with the runner's own `describe` and `it`:
 *
 *     describeStore({ describe, it }, { name: 'mine', open: (clock) => openMyStore({ clock }) })
 *
 * Run twice: each run has ids of its own, and the records of earlier ones do no harm. It removes none.
 */
export function describeStore(runner: Runner, suite: StoreSuite): void {
  const { describe } = runner;
  const run = `t${crypto.randomUUID().slice(0, 8)}`;
  let count = 0;
  describe(`the store ${suite.name}`, () => {
    for (const [title, cases] of Object.entries(GROUPS)) {
      describe(title, () => {
        for (const [name, one] of Object.entries(cases)) {
          declare(runner, suite, name, one, `${run}/${count++}/`);
        }
      });
    }
  });
}

function declare(runner: Runner, suite: StoreSuite, name: string, one: Case, prefix: string): void {
  const { it } = runner;
  const reason = reasonToSkip(suite, one.needs ?? []);
  if (reason === undefined) it(name, () => runCase(suite, one, prefix));
  else it.skip?.(`${name} (not run: ${reason})`, async () => {});
}

async function runCase(suite: StoreSuite, one: Case, prefix: string): Promise<void> {
  const bench = await openBench(suite, prefix);
  try {
    await one(bench);
  } finally {
    await bench.close();
  }
}
