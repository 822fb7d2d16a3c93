import { isRuntwiceError } from '../core/errors.ts';
import { sleep } from '../core/timers.ts';
import { type Call, type End, noEnd } from './call.ts';
import { storeUnavailable } from './errors.ts';
import { Lease } from './lease.ts';
import type { Parts } from './parts.ts';
import { busy, outcomeUnknown } from './problems.ts';
import { parseProgress } from './progress.ts';
import { recordedEnd } from './recorded.ts';
import type { ClaimReply, ReadReply, StoredRecord, Takeover } from './store/types.ts';

/** The key is ours to run. */
export interface Claimed {
  readonly record: StoredRecord;
  readonly lease: Lease;
  /** An earlier attempt ended without saying how. */
  readonly interrupted: boolean;
}

/** What the next claim asks for, by what the last one saw. */
interface Ask {
  readonly fingerprint: string;
  readonly takeover?: Takeover | undefined;
}

const FIRST_POLL_MS = 10;
const MAX_POLL_MS = 250;

/** How often a claim is sent that the store does not answer, and how long after each. */
const RETRY_AFTER_MS = [50, 250];

/**
 * Claims the key, or says how its call ended. `tell` is called as soon as the key is found with
 * somebody else, who is then waited for until the deadline.
 */
export async function claimKey(
  call: Call,
  deadline: number,
  parts: Parts,
  tell: () => void,
): Promise<Claimed | End> {
  const { clock, timers, newOwner } = parts.surroundings;
  const owner = newOwner();
  let ask: Ask = { fingerprint: call.fingerprint };
  let knownDead: string | undefined;
  for (let pollMs = FIRST_POLL_MS; ; ) {
    const sentAt = clock.monotonic();
    const reply = await send(call, owner, ask, parts);
    if ('kind' in reply) return reply;
    if (reply.claimed) {
      const lease = new Lease(call.id, owner, call.times.leaseMs, sentAt);
      parts.leases.hold(lease);
      return { record: reply.record, lease, interrupted: ask.takeover !== undefined };
    }
    const next = judge(call, reply, parts, knownDead);
    if (next === 'again') {
      knownDead = reply.record.owner;
      ask = { fingerprint: ask.fingerprint };
      continue;
    }
    if (next !== 'wait') {
      if ('kind' in next) return next;
      ask = next;
      continue;
    }
    tell();
    const leftMs = deadline - clock.monotonic();
    if (leftMs <= 0 || call.signal?.aborted) return noEnd('busy', busy(call.identity), false);
    await sleep(timers, Math.min(pollMs, leftMs));
    pollMs = Math.min(pollMs * 1.5, MAX_POLL_MS);
    ask = { fingerprint: ask.fingerprint };
  }
}

/**
 * How the call ends by what is recorded, what to ask for next, or that somebody is at it. Who is dead now
 * may have recorded its end since the reply: only one that was dead before leaves it unknown.
 */
function judge(
  call: Call,
  reply: ReadReply,
  parts: Parts,
  knownDead: string | undefined,
): End | Ask | 'wait' | 'again' {
  const { record, now } = reply;
  const end = recordedEnd(call, reply);
  if (end !== undefined) return end;
  const { fingerprint, state, owner } = record;
  // The same input, fingerprinted by another version of the package: the record's own counts.
  if (state === 'released') return { fingerprint };
  const { processes } = parseProgress(record.progress);
  const isAlive = state === 'running' ? parts.surroundings.isOwnerAlive(owner, processes) : false;
  if (isAlive ?? record.leaseUntil > now) return 'wait';
  if (call.ifInterrupted === 'stop' && !call.steps) {
    if (state === 'running' && isAlive === false && owner !== knownDead) return 'again';
    return noEnd('unknown', outcomeUnknown(call.identity, record, parts.url));
  }
  return { fingerprint, takeover: { owner, evenIfLeased: isAlive === false } };
}

/** One claim. It is repeatable, so a reply that did not come is asked for again. */
async function send(call: Call, owner: string, ask: Ask, parts: Parts): Promise<ClaimReply | End> {
  const { id, times } = call;
  const { leaseMs, keepMs, rememberMs } = times;
  const { fingerprint, takeover } = ask;
  const request = { id, fingerprint, owner, leaseMs, keepMs, rememberMs, takeover };
  for (let tries = 0; ; tries++) {
    try {
      return await parts.store.claim(request);
    } catch (error) {
      const delayMs = RETRY_AFTER_MS[tries];
      if (delayMs === undefined || isRuntwiceError(error)) {
        return giveUp(call, owner, ask, error, parts);
      }
      await sleep(parts.surroundings.timers, delayMs);
    }
  }
}

/** Whether the claim was made is not known: if it was, it is taken back, for nothing was run. */
function giveUp(call: Call, owner: string, ask: Ask, error: unknown, parts: Parts): End {
  if (isRuntwiceError(error)) return noEnd('failed', error, false);
  parts.saver.takeBack(call.id, owner, ask.takeover === undefined ? 'released' : 'unknown');
  return noEnd('failed', storeUnavailable(parts.store.name, error), false);
}
