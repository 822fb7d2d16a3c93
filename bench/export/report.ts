// The tables that are printed.
import type { Row } from '../lib/alternate.ts';
import { type Machine, machineText } from '../lib/machine.ts';
import { type Metric, ratios, type Spread, spread, valuesOf } from '../lib/stats.ts';
import { megabytes, number, table } from '../lib/table.ts';
import type { Exporter } from './contestants.ts';
import type { CaseResult } from './run-case.ts';
import { type Outcome, outcomes } from './targets.ts';
import { words } from './trees.ts';

export interface About {
  readonly version: string;
  readonly machine: Machine;
  readonly scale: number;
  readonly versions: Record<string, string>;
  readonly missing: readonly string[];
}

export function headText({ version, machine, versions, missing }: About): string {
  const peers = Object.entries(versions).map(([name, text]) => `${name}: ${text}`);
  const lacking = missing.length === 0 ? '' : `\nNot installed: ${missing.join(', ')}`;
  return `runtwice ${version} on ${machineText(machine)}\n${peers.join(' · ')}${lacking}`;
}

export function caseText({ plan, tree, rounds, load, rows }: CaseResult): string {
  const what = plan.run === 'first' ? 'first run' : 'second run, nothing to do';
  const ours = rows.filter(({ contestant }) => contestant.role === 'ours');
  const letters = ours.map((_, at) => String.fromCharCode(65 + at));
  const head = [
    ['', 'CPU s', 'min … max', 'wall s', 'min … max', 'peak MB'],
    letters.flatMap((letter) => [`${letter} ÷ it: CPU`, 'wall']),
  ].flat();
  const lines = rows.map((row) => {
    const letter = letters[ours.indexOf(row)];
    const label = `${letter === undefined ? ' ' : letter} ${row.contestant.name}`;
    if (row.failure !== undefined) return [`${label}: failed (${row.failure})`];
    const divided = ours.flatMap((own) => [
      ratioCell(own, row, 'cpu'),
      ratioCell(own, row, 'wall'),
    ]);
    return [label, ...cells(row, 'cpu'), ...cells(row, 'wall'), peak(row), ...divided];
  });
  const title = `${plan.name}: ${words(tree)}, ${what}; ${rounds} ${rounds === 1 ? 'round' : 'rounds'}, load ${load.join(' → ')}`;
  return `\n${title}\n${table([head, undefined, ...lines])}`;
}

export function targetsText(results: readonly CaseResult[], scale: number): string {
  const list = outcomes(results);
  const mark = ({ ok }: Outcome) => (ok === undefined || scale !== 1 ? '–' : ok ? '✓' : '✗');
  const lines = list.map((one) => [
    `${mark(one)} ${one.case}: ${subject(one)}`,
    value(one, one.most),
    value(one, one.metric === 'memory' ? one.reached?.max : one.reached?.median),
    one.reached ? `${value(one, one.reached.min)} … ${value(one, one.reached.max)}` : '–',
  ]);
  const head = ['target', 'at most', 'reached', 'min … max'];
  const targets = list.length === 0 ? '' : `\n${table([head, undefined, ...lines])}\n`;
  return `${targets}${verdict(list, scale)}\n\n${aheadText(results)}`;
}

function verdict(list: readonly Outcome[], scale: number): string {
  if (scale !== 1) return `At --scale ${scale} the numbers say nothing about the targets.`;
  const reached = list.filter(({ ok }) => ok).length;
  const unknown = list.filter(({ ok }) => ok === undefined).length;
  const rest = unknown === 0 ? '' : `, ${unknown} not measured`;
  return `${reached} of ${list.length} targets of these cases reached${rest}.`;
}

/** Where a peer needs less than what we do for the same; a floor is no peer. */
function aheadText(results: readonly CaseResult[]): string {
  const lines = results.flatMap(({ plan, rows }) =>
    rows.flatMap((peer) => {
      if (peer.contestant.role !== 'peer') return [];
      return rows
        .filter(
          ({ contestant: { role, kind } }) => role === 'ours' && kind === peer.contestant.kind,
        )
        .flatMap((own) => {
          const [cpu, wall] = [ratios(own, peer, 'cpu')?.median, ratios(own, peer, 'wall')?.median];
          if (!((cpu ?? 0) > 1 || (wall ?? 0) > 1)) return [];
          const names = `${plan.name}: ${own.contestant.name} ÷ ${peer.contestant.name}`;
          return [[names, number(cpu), number(wall)]];
        });
    }),
  );
  if (lines.length === 0) return 'No peer is ahead.';
  return table([['a peer is ahead', 'CPU', 'wall'], undefined, ...lines]);
}

function subject({ metric, ours, peer }: Outcome): string {
  if (peer === undefined) return `${ours}, peak memory (MB)`;
  return `${ours} ÷ ${peer}, ${metric === 'cpu' ? 'CPU' : 'wall'}`;
}

function value({ metric }: Outcome, amount: number | undefined): string {
  return metric === 'memory' ? megabytes(amount) : number(amount);
}

function cells(row: Row<Exporter>, metric: Metric): [string, string] {
  const all: Spread | undefined = spread(valuesOf(row, metric));
  return [number(all?.median), all ? `${number(all.min)} … ${number(all.max)}` : '–'];
}

function peak(row: Row<Exporter>): string {
  return megabytes(spread(valuesOf(row, 'memory'))?.max);
}

function ratioCell(own: Row<Exporter>, other: Row<Exporter>, metric: Metric): string {
  return own === other ? '' : number(ratios(own, other, metric)?.median);
}
