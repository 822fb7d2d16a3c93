import type { IgnoredPaths } from './observers/files/ignored.ts';
import type { Manifest } from './observers/files/manifest.ts';
import type { Noise } from './observers/files/noise.ts';
import type { SentNoise } from './observers/sent/noise.ts';
import type { Outbox } from './observers/sent/outbox.ts';
import type { RunOptions } from './sandbox/launch.ts';
import type { Run, Sandbox } from './sandbox/sandbox.ts';
import type { Place, World } from './world.ts';

/** Between two runs in one place, so that times and dates by the second differ. */
export const GAP_MS = 1100;

/** What a run did, and what is there after it. */
export interface State {
  readonly run: Run;
  readonly files: Manifest;
}

/** What the scenarios share. */
export interface Trial {
  readonly sandbox: Sandbox;
  readonly world: World;
  readonly ignored: IgnoredPaths;
  readonly folder: string;
  readonly command: readonly string[];
  /** What the check was told, as flags of the command line. */
  readonly flags: readonly string[];
  readonly outbox: Outbox;
  /** The first run, and the one after it in the same place. */
  readonly first: State;
  readonly second: State;
  readonly third: State;
  /** A first run in another place. */
  readonly control: State;
  readonly noise: Noise;
  readonly sentNoise: SentNoise;
}

/** Runs the command once more in a place. */
export async function runIn(
  { sandbox, world, ignored }: Pick<Trial, 'sandbox' | 'world' | 'ignored'>,
  place: Place,
  options: RunOptions = {},
): Promise<State> {
  const { env, relays } = place.clones;
  const run = await sandbox.run(place.path, { ...options, env, relays });
  return { run, files: ignored.without(await world.read(place)) };
}

/** Whether all starts ended well. */
export function isWell({ run }: State): boolean {
  return !run.isTimedOut && run.ends.length > 0 && run.ends.every((end) => end === 0);
}

/** The command as it is typed. */
export function typed(command: readonly string[]): string {
  return command
    .map((word) => (/^[\w%+,./:=@-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}
