// What a server in a process of its own is told.
import type { Description } from '../../../support/described-store.ts';

/** Where it dies: around the claim, the effects and the record; the first of two steps is `half`. */
export const MOMENTS = [
  'before the claim',
  'after the claim',
  'before the effect',
  'after a half',
  'after the effect',
  'before the record',
  'after the record',
] as const;

export type Moment = (typeof MOMENTS)[number];

export interface Setup {
  readonly description: Description;
  readonly port: number;
  /** A file that gets a line for each effect. */
  readonly effects: string;
  readonly kind: 'stop' | 'rerun' | 'steps' | 'plain';
  /** Where it dies. */
  readonly moment?: Moment;
}
