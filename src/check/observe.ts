// What was seen beside the files, and what could not be seen.
import { databaseAt } from './observers/database/ports.ts';
import { changesOf } from './observers/files/changes.ts';
import { PROXY } from './observers/http/proxy.ts';
import { MAIL } from './observers/mail/ports.ts';
import { HOME } from './sandbox/isolated.ts';
import type { State, Trial } from './trial.ts';
import { count, shown } from './words.ts';

/** glibc asks the first for names of users and hosts, and goes on without; the others are ours. */
const HARMLESS = new Set(['unix /var/run/nscd/socket', PROXY, ...MAIL]);

/** What the command reached for that the check did not watch: with any of it, nothing is safe. */
export function unobservedBy({
  sandbox,
  folder,
  outbox,
}: Pick<Trial, 'sandbox' | 'folder' | 'outbox'>): string[] {
  const isApart = sandbox.launcher.kind === 'isolated';
  const isInside = (address: string) =>
    [folder, '/tmp', HOME].some((place) => address.startsWith(`unix ${place}/`)) ||
    databaseAt(address) !== undefined;
  const connects = [...sandbox.connects]
    .filter((address) => !HARMLESS.has(address) && !isInside(address))
    .map((address) =>
      isApart
        ? `it wanted to talk to ${address}, which is not to be reached from there`
        : `it talked to ${address}, which was not watched`,
    );
  return [...connects, ...sandbox.launcher.unobserved, ...outbox.unread];
}

/** How it was run, where it was not kept apart. */
const UNISOLATED = {
  isolated: [],
  traced: ['it ran unisolated, with all of this machine in its reach; kills: by effect'],
  timed: [
    'it ran unisolated, with all of this machine in its reach; kills: by time, not by effect',
  ],
} as const;

/** What a run did beside its work, whether it went well or not. */
export function sideNotesOf(
  { run }: State,
  { folder, sandbox }: Pick<Trial, 'folder' | 'sandbox'>,
): string[] {
  const { kind } = sandbox.launcher;
  const outside = run.effects.filter(
    ({ name, path }) =>
      kind === 'isolated' && name !== 'send' && !isWithin(path, [folder, '/tmp', HOME]),
  );
  const paths = [...new Set(outside.map(({ path }) => path))].join(', ');
  return [
    ...UNISOLATED[kind],
    ...(paths === ''
      ? []
      : [`it wanted to write outside of its folder (--writable PATH lets it): ${paths}`]),
    ...(run.isLeft ? ['it left processes running, which were ended with it'] : []),
  ];
}

/** What does not count, but should be known. */
export function notesOf(trial: Trial): string[] {
  const { first, second, ignored, outbox } = trial;
  const notes = [...outbox.notes, ...ignored.notes, ...sideNotesOf(first, trial)];
  for (const kind of ['log', 'cache', 'temporary'] as const) {
    const changed = changesOf(first.files, second.files).filter(
      (change) => change.class === kind && change.kind !== 'touched',
    );
    if (changed.length > 0) {
      notes.push(
        `${count(changed.length, 'path')} not counted (${kind}): ${shown(changed[0]?.path ?? '')}`,
      );
    }
  }
  return notes;
}

function isWithin(path: string, places: readonly string[]): boolean {
  return places.some((place) => path === place || path.startsWith(`${place}/`));
}
