// Runs one case: makes its folders, lets all take turns, and checks what they did.
import { alternate, type Row } from '../lib/alternate.ts';
import { must } from '../lib/child.ts';
import { load } from '../lib/machine.ts';
import type { Measure } from '../lib/measure.ts';
import { remove, settle } from '../lib/scratch.ts';
import { Stop } from '../lib/stop.ts';
import type { Case } from './cases.ts';
import type { Exporter } from './contestants.ts';
import { contents, type Tree } from './trees.ts';

export interface Place {
  readonly from: string;
  readonly to: string;
}

export interface CaseResult {
  readonly plan: Case;
  readonly tree: Tree;
  readonly rounds: number;
  /** Before and after. */
  readonly load: readonly [number, number];
  readonly rows: readonly Row<Exporter>[];
}

export interface CaseOptions {
  readonly place: Place;
  readonly tree: Tree;
  readonly rounds: number;
  readonly measure: Measure;
  readonly say: (line: string) => void;
}

export async function runCase(
  plan: Case,
  exporters: readonly Exporter[],
  { place, tree, rounds, measure, say }: CaseOptions,
): Promise<CaseResult> {
  const before = load();
  const again = plan.run === 'again';
  const check = checker(place.to, tree);
  const onRound = (round: number, seconds: number) =>
    say(`${plan.name}: round ${round} of ${rounds} took ${Math.round(seconds)} s`);

  if (again) {
    await remove(place.to);
    await must(['cp', '-Rp', `${place.from}/.`, place.to]);
    // Fills the caches, and is not counted; whoever changes something here ruins it for all.
    for (const { name, command } of exporters) {
      await measure(command);
      const problem = check();
      if (problem !== undefined) throw new Stop(`${plan.name}: ${name} left ${problem}`);
    }
  }
  const rows = await alternate(exporters, rounds, {
    measure,
    before: async () => {
      if (!again) await remove(place.to);
      await settle();
    },
    after: async () => (again ? undefined : check()),
    onRound,
  });
  const problem = again ? check() : undefined;
  await remove(place.to);
  if (problem !== undefined) say(`${plan.name}: in the end there are ${problem}`);
  return { plan, tree, rounds, load: [before, load()], rows };
}

/** Says what is wrong with the destination. */
function checker(folder: string, tree: Tree): () => string | undefined {
  return () => {
    const { files, bytes } = contents(folder);
    if (files === tree.files && bytes === tree.files * tree.bytes) return undefined;
    return `${files} files with ${bytes} bytes instead of ${tree.files} with ${tree.files * tree.bytes}`;
  };
}
