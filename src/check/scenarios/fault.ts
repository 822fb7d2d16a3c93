// What may fail for a command that is right itself.
import { RuntwiceError } from '../../core/errors.ts';
import type { Effect } from '../sandbox/effects.ts';
import type { RunOptions } from '../sandbox/launch.ts';
import type { Run } from '../sandbox/sandbox.ts';
import type { Trial } from '../trial.ts';
import { effectText } from '../words.ts';
import { type Address, addressOf, addressText, parseAddress } from './address.ts';
import { momentsOf } from './points.ts';

/** The disk is full from an effect on, or broken at it. */
const DISK = ['ENOSPC', 'EIO'] as const;
/** The connection of a request is cut. */
const CUTS = ['cut-before', 'cut-after'] as const;

/** What may be made to fail in one run. */
export type Chance =
  | { readonly kind: (typeof DISK)[number]; readonly effect: Effect }
  | Extract<Fault, { number: number }>;

/** What is made to fail, in any run. */
export type Fault =
  | { readonly kind: (typeof DISK)[number]; readonly at: Address; readonly text: string }
  /** Of the requests that come, from 1 on. */
  | { readonly kind: (typeof CUTS)[number]; readonly number: number };

/** What takes space, as the helper has it: `native/faults.c`. */
const TAKES_SPACE = new Set(['write', 'allocate', 'create', 'mkdir', 'symlink', 'mknod']);

/** All of them, the telling ones first: those of each request, then those of the files. */
export function chancesOf(run: Pick<Run, 'requests' | 'effects'>, folder: string): Chance[] {
  const { requests, effects } = run;
  const cuts = requests.flatMap((_, index): Chance[] => [
    { kind: 'cut-before', number: index + 1 },
    { kind: 'cut-after', number: index + 1 },
  ]);
  const moments = momentsOf(effects, folder).filter(({ when }) => when === 'before');
  const failures = moments.flatMap(({ effect }): Chance[] => {
    if (!TAKES_SPACE.has(effect.name)) return [];
    const full: Chance = { kind: 'ENOSPC', effect };
    return effect.name === 'write' ? [full, { kind: 'EIO', effect }] : [full];
  });
  return [...cuts, ...failures];
}

/** Where that is in any run. */
export function faultAt({ first, control, folder }: Trial, chance: Chance): Fault {
  if (!('effect' in chance)) return chance;
  const { kind, effect } = chance;
  const at = addressOf(effect, first.run.effects, control.run.effects);
  return { kind, at, text: effectText(effect, folder) };
}

/** What a run is to be told. */
export function runOptionsOf(fault: Fault): RunOptions {
  if ('at' in fault) {
    return { fail: { ...fault.at, how: fault.kind === 'ENOSPC' ? 'full' : 'broken' } };
  }
  const when = fault.kind === 'cut-before' ? 'before' : 'after';
  return { cut: { number: fault.number, when } };
}

/** `the disk was full from write sum.txt on`. */
export function faultText(fault: Fault, requests: readonly string[]): string {
  if ('at' in fault) {
    const { kind, text } = fault;
    return kind === 'ENOSPC' ? `the disk was full from ${text} on` : `the disk failed at ${text}`;
  }
  const name = requests[fault.number - 1] ?? `request ${fault.number}`;
  return `${name} was cut off ${fault.kind === 'cut-before' ? 'before' : 'when'} the server had it`;
}

/** As it is typed: `ENOSPC write out/a.txt #2`, `cut-before 1`. */
export function faultFlag(fault: Fault, folder: string): string {
  return `${fault.kind} ${'at' in fault ? addressText(fault.at, folder) : fault.number}`;
}

/** @throws ERR_RUNTWICE_INVALID_ARGUMENT where it is none. */
export function parseFault(text: string, folder: string): Fault {
  const [, name, rest = ''] = /^(\S+) (.+)$/su.exec(text) ?? [];
  const disk = DISK.find((kind) => kind === name);
  if (disk !== undefined) return { kind: disk, at: parseAddress(rest, folder), text: rest };
  const cut = CUTS.find((kind) => kind === name);
  if (cut !== undefined && /^[1-9]\d{0,8}$/u.test(rest)) return { kind: cut, number: Number(rest) };
  throw new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', `${JSON.stringify(text)} is no fault`, {
    fix: "Nothing was run. Give one as a report names it: 'ENOSPC write out/a.txt #2', 'EIO write out/a.txt', 'cut-before 1' or 'cut-after 1'.",
  });
}
