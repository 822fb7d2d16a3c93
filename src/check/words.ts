// How findings are put into words.

import type { Change } from './observers/files/changes.ts';
import type { Deviation } from './observers/files/noise.ts';
import { PROXY } from './observers/http/proxy.ts';
import { MAIL } from './observers/mail/ports.ts';
import { DATABASE } from './observers/postgres/door.ts';
import type { Effect } from './sandbox/effects.ts';
import type { Run } from './sandbox/sandbox.ts';

/** A path as people read it: names are bytes. */
export function shown(path: string): string {
  return Buffer.from(path, 'latin1').toString('utf8');
}

/** `3 files changed: a, b, c`. */
export function changesText(changes: readonly Change[]): string[] {
  return changes.map(({ path, kind, before, after }) => {
    const unit = after?.kind === 'table' ? 'rows' : 'bytes';
    const sizes = kind === 'changed' ? ` (${before?.size} → ${after?.size} ${unit})` : '';
    return `${shown(path)} was ${kind}${sizes}`;
  });
}

export function deviationText({ missing, other, extra }: Deviation): string[] {
  return [
    ...missing.map((path) => `${shown(path)} is missing`),
    ...other.map((path) => `${shown(path)} differs from that of a clean run`),
    ...extra.map((path) => `${shown(path)} is left over`),
  ];
}

export function effectText({ name, path, other }: Effect, folder: string): string {
  if (name === 'send' && path === PROXY) return 'sending a request';
  if (name === 'send' && MAIL.has(path)) return 'talking to the mail server';
  if (name === 'send' && path === DATABASE) return 'talking to the database';
  const near = (text: string) =>
    text.startsWith(`${folder}/`) ? text.slice(folder.length + 1) : text;
  return other === '' ? `${name} ${near(path)}` : `${name} ${near(path)} → ${near(other)}`;
}

/** How a run ended, and the first thing it said. */
export function endText(run: Run, index = 0): string {
  if (run.isTimedOut) return 'it did not end in time';
  const said = firstLine(run.stdout) ?? firstLine(run.stderr);
  const exit = `exit ${run.ends[index]}`;
  return said === undefined ? exit : `${exit}, it said ${JSON.stringify(said)}`;
}

function firstLine(text: string): string | undefined {
  const line = text.split('\n').find((one) => one.trim() !== '');
  return line === undefined || line.length <= 100 ? line : `${line.slice(0, 99)}…`;
}

/** `1 run`, `2 runs`. */
export function count(number: number, one: string): string {
  return `${number} ${one}${number === 1 ? '' : 's'}`;
}
