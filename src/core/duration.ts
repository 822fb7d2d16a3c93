import { RuntwiceError } from './errors.ts';

/** How many milliseconds each unit has. */
const UNITS = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
} as const;

/**
 * A length of time: milliseconds, or a number with its unit: `'250ms'` `'30s'` `'15m'` `'24h'` `'90d'` `'2w'`.
 * Nothing needs no unit: `'0'`, as it is typed on a command line.
 */
export type Duration = number | '0' | `${number}${keyof typeof UNITS}`;

const FORM = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/u;

/**
 * The duration in whole milliseconds. `name` is what the error calls it.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT for anything but a duration from 0 up.
 */
export function durationMs(duration: Duration, name: string): number {
  const ms = typeof duration === 'string' ? parse(duration) : duration;
  if (typeof ms === 'number' && ms >= 0 && ms <= Number.MAX_SAFE_INTEGER) return Math.round(ms);
  throw new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    `${name} is no duration: ${JSON.stringify(duration) ?? String(duration)}`,
    { fix: "Give milliseconds, or a number with its unit, such as '30s', '15m' or '90d'." },
  );
}

function parse(text: string): number {
  if (text === '0') return 0;
  const [, count, unit] = FORM.exec(text) ?? [];
  return Number(count) * UNITS[unit as keyof typeof UNITS];
}
