// The arguments of the scripts, and what their replies say.
import { firstReply } from '../../once/store/replies.ts';
import { isClaimed } from '../../once/store/rules.ts';
import type { ClaimReply, ClaimRequest, UpdateRequest } from '../../once/store/types.ts';
import { endable, replyOf, STATES, timeOf, whole } from './record.ts';
import { SEPARATOR, textOf, toField } from './text.ts';

/** `again`: what was claimed or made already is written again, for replicas that may lack it. */
export function claimArgs(request: ClaimRequest, again: boolean): string[] {
  const { fingerprint, owner, leaseMs, keepMs, rememberMs, takeover } = request;
  const times = endable(keepMs) + endable(rememberMs);
  const args = [whole(leaseMs), times, toField(owner), toField(fingerprint)];
  if (again || takeover !== undefined) args.push(flag(again));
  if (takeover !== undefined) args.push(toField(takeover.owner), flag(takeover.evenIfLeased));
  return args;
}

export function claimReply(request: ClaimRequest, reply: unknown): ClaimReply {
  const read = replyOf(reply);
  if (read === undefined) {
    const [seconds, micros] = reply as [unknown, unknown];
    return firstReply(request, timeOf(seconds, micros));
  }
  return { claimed: isClaimed(read.record, request.owner), record: read.record, now: read.now };
}

export function updateArgs(request: UpdateRequest, again: boolean): string[] {
  const { owner, state, progress, result } = request;
  const args = [
    ownerArg(owner),
    String(STATES.indexOf(state)),
    result === undefined
      ? ''
      : SEPARATOR + toField(result.codec) + SEPARATOR + toField(result.text),
    progress === undefined ? '' : `=${toField(progress)}`,
  ];
  if (again) args.push(flag(true));
  return args;
}

/** An owner as it is looked for in a record: the whole of it. */
export function ownerArg(owner: string): string {
  return toField(owner) + SEPARATOR;
}

export function updateReply(reply: unknown): number | undefined {
  return reply === null || reply === undefined ? undefined : Number(textOf(reply));
}

function flag(value: boolean): string {
  return value ? '1' : '0';
}
