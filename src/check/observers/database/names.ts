import { randomBytes } from 'node:crypto';
import { isGone, ownMark } from '../../owner.ts';

const PREFIX = 'runtwice_check_';

let made = 0;

/** A new name for a clone, of at most 63 letters: so many PostgreSQL takes. */
export function cloneName(): string {
  made += 1;
  return `${PREFIX}${ownMark()}_${made}_${randomBytes(2).toString('hex')}`;
}

/** Whether it was made by a process of this machine that is gone. */
export function isLeftover(name: string): boolean {
  return name.startsWith(PREFIX) && isGone(name.slice(PREFIX.length));
}
