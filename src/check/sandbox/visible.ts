import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, resolve } from 'node:path';

/** What the command does not see of the machine. */
const HIDDEN = ['/tmp', '/run', '/var/run', '/dev/shm'];

/**
 * Folders that have to be seen although they are in a place that is hidden: those that are named, and
 * that of the program itself. None is inside of another.
 */
export function visibleFolders(
  command: readonly string[],
  named: readonly string[],
  folder: string,
): string[] {
  const program = programOf(command[0] ?? '', folder);
  const own = program === undefined ? [] : [dirname(program), dirname(realpathSync(program))];
  const wanted = [...named.map((path) => resolve(path)), ...own].filter(
    (path) => isHidden(path) && !isWithin(path, folder),
  );
  const all = [...new Set(wanted)];
  return all.filter((path) => !all.some((other) => other !== path && isWithin(path, other)));
}

function programOf(name: string, folder: string): string | undefined {
  if (name.includes('/')) {
    const path = isAbsolute(name) ? name : resolve(folder, name);
    return existsSync(path) ? path : undefined;
  }
  const places = (process.env['PATH'] ?? '').split(delimiter).filter((place) => isAbsolute(place));
  return places.map((place) => `${place}/${name}`).find((path) => existsSync(path));
}

function isHidden(path: string): boolean {
  return HIDDEN.some((place) => isWithin(path, place)) && !HIDDEN.includes(path);
}

function isWithin(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}
