import { untilTold } from '../../../once/wait.ts';
import { placeOf, requestFailed } from './failure.ts';
import { noteInfo } from './info.ts';
import { keySource } from './keys.ts';
import { type RetryingFetchOptions, type Settings, settled } from './options.ts';
import { type KeyedRequestInit, makeOutgoing, type Outgoing } from './outgoing.ts';
import { isReplayed } from './retry.ts';
import { type Ended, send } from './send.ts';
import type { Surroundings } from './surroundings.ts';

/** A `fetch` that sends a request again where that is safe. */
export type RetryingFetch = (
  input: string | URL | Request,
  init?: KeyedRequestInit,
) => Promise<Response>;

export function makeRetryingFetch(
  options: RetryingFetchOptions,
  surroundings: Surroundings,
): RetryingFetch {
  const settings = settled(options);
  const keyOf = keySource(settings, () => surroundings.newKey());
  const told = new Set<string>();
  return async (input, init = {}) => {
    const signal = signalOf(input, init);
    signal?.throwIfAborted();
    const making = makeOutgoing(input, { ...init, signal }, settings, keyOf);
    const outgoing = await untilTold(making, signal);
    const ended = await send(outgoing, settings, surroundings);
    const response = responseOf(outgoing, ended, settings);
    if (!ended.isConfirmed && response.ok) tellOnce(told, outgoing, response, settings);
    return response;
  };
}

function signalOf(
  input: string | URL | Request,
  { signal }: KeyedRequestInit,
): AbortSignal | undefined {
  if (signal === undefined && input instanceof Request) return input.signal;
  return signal ?? undefined;
}

/** @throws ERR_RUNTWICE_REQUEST_FAILED where the last attempt had no whole answer. */
function responseOf(outgoing: Outgoing, ended: Ended, { keyHeader }: Settings): Response {
  const { came, attempts, isConfirmed } = ended;
  if (came.response === undefined) {
    throw requestFailed(outgoing, { ...ended, ...came }, keyHeader);
  }
  const { key } = outgoing;
  noteInfo(came.response, { attempts, key, isReplayed: isReplayed(came.response), isConfirmed });
  return came.response;
}

function tellOnce(
  told: Set<string>,
  { method, url, key }: Outgoing,
  { status }: Response,
  { onUnconfirmed }: Settings,
): void {
  const { origin } = url;
  if (key === undefined || told.has(origin)) return;
  told.add(origin);
  // The request was answered: whoever listens must not make a failure of it.
  const event = { origin, method, url: placeOf(url), key, status };
  new Promise((resolve) => resolve(onUnconfirmed(event))).catch(() => {});
}
