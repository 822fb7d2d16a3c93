// The command that shows one thing of a report again.
import { type CheckOptions, TIMEOUT } from './options.ts';
import { type Trial, typed } from './trial.ts';

/** `own` is what that thing takes; all that its check was told besides comes after it. */
export function replayOf({ command, flags }: Trial, ...own: readonly string[]): string {
  return `runtwice check ${typed([...own, ...flags])} -- ${typed(command)}`;
}

/** The options as flags, where they decide what the command sees and what counts. */
export function flagsOf(options: CheckOptions): string[] {
  const { timeout, env, writable, visible, allow, mail, ignore = [], databases = [] } = options;
  const each = (name: string, values: readonly string[] = []) =>
    values.flatMap((value) => [name, value]);
  return [
    ...(timeout === undefined || timeout === TIMEOUT ? [] : ['--timeout', String(timeout)]),
    ...(options.unisolated ? ['--unisolated'] : []),
    ...each('--env', env),
    ...each('--writable', writable),
    ...each('--visible', visible),
    ...ignore.flatMap(({ glob, because }) => ['--ignore', glob, '--because', because]),
    ...databases.flatMap(({ url, variable }) => [
      '--db',
      `${variable === undefined ? '' : `${variable}=`}${withoutPassword(url)}`,
    ]),
    ...(options.answers === undefined ? [] : ['--answers', 'FILE']),
    ...each('--allow', allow),
    ...each('--mail', mail),
  ];
}

function withoutPassword(text: string): string {
  const url = new URL(text);
  url.password = '';
  return url.href;
}
