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
  'p50 ms more',
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

function lineOf(one: Compared): string[] {
  const { of, to, rates, cpus, rateRatio, addedUs, addedMs, rate, addedCpuUs, addedP50Ms } = one;
  return [
    `  ${of.name} ÷ ${to.name}`,
    ...rates.map((one) => number(one?.median)),
    number(rateRatio?.median),
    rangeOf(rateRatio),
    rate === undefined ? '' : `${sign((rateRatio?.median ?? 0) >= rate)} ≥ ${number(rate)}`,
    ...cpus.map((one) => number(one?.median)),
    number(addedUs?.median),
    rangeOf(addedUs),
    atMost(addedUs, addedCpuUs),
    number(addedMs?.median),
    atMost(addedMs, addedP50Ms),
  ];
}

function atMost(spread: Spread | undefined, wanted: number | undefined): string {
  if (wanted === undefined) return '';
  return `${sign((spread?.median ?? Number.POSITIVE_INFINITY) <= wanted)} ≤ ${wanted}`;
}

function rangeOf(spread: Spread | undefined): string {
  return `${number(spread?.min)} … ${number(spread?.max)}`;
}

function sign(isReached: boolean): string {
  return isReached ? '✓' : '✗';
}
