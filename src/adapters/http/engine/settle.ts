import { isRuntwiceError } from '../../../core/errors.ts';
import { identityText } from '../../../core/key.ts';
import type { Attempt } from '../../../once/attempt.ts';
import type { Manner } from '../../../once/call.ts';
import type { LookedUp } from '../../../once/interruption.ts';
import type { Ledger, OnceCall } from '../../../once/ledger.ts';
import type { Times } from '../../../once/options.ts';
import type { Done, NotDone } from '../../../once/result.ts';
import { type IdemState, idemInTransaction, idemOf } from './idem.ts';
import type { FoundAnswer, HttpInterruption, Settings } from './options.ts';
import { type AnswerRecord, encodeBody } from './record.ts';
import type { NeutralRequest } from './types.ts';

/** A keyed request, as the ledger is asked. */
export type KeyedRequest = Required<Omit<OnceCall, 'signal' | 'wait'>>;

/** What became of a request, and what is recorded of it. */
export type Ended = Pick<Done<AnswerRecord>, 'outcome' | 'value'> | NotDone;

/** What is recorded of a handled request; rejects where nothing is to be recorded. */
export type Handle = (state: IdemState) => Promise<AnswerRecord>;

/** Asks the ledger; handles the request where the key is ours. Never rejects for an outcome. */
export function settle<Request>(
  { options, times, manner }: Settings<Request>,
  call: KeyedRequest,
  request: NeutralRequest,
  handle: Handle,
): Promise<Ended> {
  const { ledger, transaction, ifInterrupted } = options;
  if (transaction !== undefined) {
    return settleInTransaction(ledger, transaction, call, handle, times);
  }
  const own = typeof ifInterrupted === 'function' ? asked(ifInterrupted, request, manner) : manner;
  // It rejects where the ledger is closed.
  return ledger
    .settle(call, (_input, attempt) => handle(idemOf(attempt)), own)
    .catch((error: unknown) => ({ outcome: 'failed', error }));
}

/** The same, where a function is asked what happened, about this request. */
function asked(
  ask: Exclude<HttpInterruption, string>,
  request: NeutralRequest,
  manner: Manner<unknown, AnswerRecord>,
): Manner<unknown, AnswerRecord> {
  const ifInterrupted = async (_input: unknown, attempt: Attempt) =>
    found(await ask(request, attempt));
  return { ...manner, ifInterrupted };
}

function found(looked: LookedUp<FoundAnswer>): LookedUp<AnswerRecord> {
  if (looked === 'unknown' || !looked.happened) return looked;
  const { status, headers = {}, body = '' } = looked.value;
  const isPlain = typeof body === 'string' || body instanceof Uint8Array;
  const bytes = isPlain ? Buffer.from(body) : Buffer.from(JSON.stringify(body));
  const names = Object.entries(headers).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  const isTyped = isPlain || names.some(([name]) => name === 'content-type');
  const type = isTyped ? [] : [['content-type', 'application/json'] as const];
  const value = { status, headers: [...type, ...names], ...encodeBody(bytes) };
  return { happened: true, value };
}

/** The same in a transaction of the ledger's database: what rejects is rolled back, the claim with it. */
async function settleInTransaction(
  ledger: Ledger,
  db: object,
  call: KeyedRequest,
  handle: Handle,
  times: Times,
): Promise<Ended> {
  const { operation, scope, key } = call;
  const id = identityText({ namespace: ledger.namespace, scope, operation, key });
  let made: AnswerRecord | undefined;
  try {
    const work = async (tx: object): Promise<AnswerRecord> => {
      made = await handle(idemInTransaction(key, id, tx));
      return made;
    };
    const value = await ledger.transaction<object, AnswerRecord>(db, call, work, times);
    return { outcome: value === made ? 'created' : 'replayed', value };
  } catch (error) {
    return { outcome: outcomeOf(error), error };
  }
}

function outcomeOf(error: unknown): NotDone['outcome'] {
  if (isRuntwiceError(error, 'ERR_RUNTWICE_KEY_REUSED')) return 'differs';
  if (isRuntwiceError(error, 'ERR_RUNTWICE_BUSY')) return 'busy';
  return isRuntwiceError(error, 'ERR_RUNTWICE_OUTCOME_UNKNOWN') ? 'unknown' : 'failed';
}
