import { bareKey } from './keys.ts';

/** What is known of the call that an answer ended. */
export interface CallInfo {
  /** How often the request was sent. */
  readonly attempts: number;
  /** The value of the key's header, as it was sent; undefined for a request without a key. */
  readonly key: string | undefined;
  /** The server says that this is the recorded answer to an earlier request with the key. */
  readonly isReplayed: boolean;
  /** The server showed that it knows of the key: it echoed it, or said whether the answer is a replay. */
  readonly isConfirmed: boolean;
}

const infos = new WeakMap<Response, CallInfo>();

/**
 * What is known of the call that gave this answer; undefined for one that no retrying fetch gave, such
 * as a clone.
 *
 * Run twice: it says the same.
 */
export function callInfo(response: Response): CallInfo | undefined {
  return infos.get(response);
}

export function noteInfo(response: Response, info: CallInfo): void {
  infos.set(response, info);
}

/** Whether the answer shows that its server knows of the key. */
export function confirms(response: Response, key: string | undefined, keyHeader: string): boolean {
  const { headers } = response;
  const echo = headers.get(keyHeader);
  if (key === undefined) return false;
  return headers.has('idempotent-replayed') || (echo !== null && bareKey(echo) === bareKey(key));
}
