import type { Spread } from '../../lib/stats.ts';
import { number, table } from '../../lib/table.ts';
import type { Compared } from './rounds.ts';

const HEAD = [
  '',
  '/s',
  '',
  'ratio',
  'min … max',
  'wanted',
  'CPU µs',
  '',
  'more',
  'min … max',
  'wanted',
];

/** Requests in a second and processor time for one, of both, and what is wanted. */
export function textOf(results: readonly Compared[]): string {
  const lines: string[][] = [];
  let group = '';
  for (const one of results) {
    if (one.group !== group) lines.push([one.group]);
    group = one.group;
    lines.push(lineOf(one));
  }
  return table([HEAD, undefined, ...lines]);
}

function lineOf({ of, to, rates, cpus, rateRatio, addedUs, rate, addedCpuUs }: Compared): string[] {
  return [
    `  ${of.name} ÷ ${to.name}`,
    ...rates.map((one) => number(one?.median)),
    number(rateRatio?.median),
    rangeOf(rateRatio),
    rate === undefined ? '' : `${sign((rateRatio?.median ?? 0) >= rate)} ≥ ${number(rate)}`,
    ...cpus.map((one) => number(one?.median)),
    number(addedUs?.median),
    rangeOf(addedUs),
    addedCpuUs === undefined
      ? ''
      : `${sign((addedUs?.median ?? Infinity) <= addedCpuUs)} ≤ ${addedCpuUs}`,
  ];
}

function rangeOf(spread: Spread | undefined): string {
  return `${number(spread?.min)} … ${number(spread?.max)}`;
}

function sign(isReached: boolean): string {
  return isReached ? '✓' : '✗';
}
