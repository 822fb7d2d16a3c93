import { type Identity, parseIdentity } from '../core/key.ts';
import { decode, decodeError } from './codec.ts';
import { parseProgress } from './progress.ts';
import type { ReadReply, RecordState, StoredResult } from './store/types.ts';
import type { Surroundings } from './surroundings.ts';

/** A key as people see it. */
export interface KeyView extends Identity {
  /** As recorded, but `unknown` also where the owner of a running attempt is gone. */
  readonly state: RecordState;
  readonly attempt: number;
  readonly firstAt: Date;
  readonly startedAt: Date;
  readonly finishedAt: Date | undefined;
  /** Until when the running attempt has the key unless it renews it. */
  readonly leaseUntil: Date | undefined;
  /** Its steps in order, and whether each is done. */
  readonly steps: readonly { readonly name: string; readonly done: boolean }[];
  /** The recorded result, or the error that is the result; undefined where it is not kept. */
  readonly result: unknown;
}

export function keyView(id: string, reply: ReadReply, surroundings: Surroundings): KeyView {
  const { record } = reply;
  const { attempt, firstAt, startedAt, finishedAt, leaseUntil, progress, result } = record;
  const steps = [...parseProgress(progress).steps];
  const state = stateOf(reply, surroundings);
  return {
    ...parseIdentity(id),
    state,
    attempt,
    firstAt: new Date(firstAt),
    startedAt: new Date(startedAt),
    finishedAt: finishedAt === 0 ? undefined : new Date(finishedAt),
    leaseUntil: state === 'running' ? new Date(leaseUntil) : undefined,
    steps: steps.map(([name, step]) => ({ name, done: step !== 'started' })),
    result: result && readResult(result),
  };
}

/** The state, with what the owner's process and lease tell of a running attempt. */
export function stateOf({ record, now }: ReadReply, surroundings: Surroundings): RecordState {
  if (record.state !== 'running') return record.state;
  const { processes } = parseProgress(record.progress);
  const isAlive = surroundings.isOwnerAlive(record.owner, processes) ?? record.leaseUntil > now;
  return isAlive ? 'running' : 'unknown';
}

function readResult(result: StoredResult): unknown {
  if (result.codec === 'error') return decodeError(result);
  const [codec = ''] = result.codec.split('+');
  return codec === 'none' ? undefined : decode({ codec, text: result.text });
}
