import { NothingHappened } from '../../../once/errors.ts';
import { StepUnknown } from '../../../once/steps.ts';
import { type IdemState, tellIdem } from './idem.ts';
import { type StoredRequest, saveRequest } from './input.ts';
import { fateOf } from './keeping.ts';
import type { Settings } from './options.ts';
import { PART_SIZE, saveParts } from './parts.ts';
import { type AnswerRecord, encodeBody, recordOf } from './record.ts';
import type { KeyedRequest } from './settle.ts';
import type { Captured } from './types.ts';

/** A value that no store can record: the key is then done, and its answer is not kept. */
class NotKept {}

/** One request that is handled because its key is free. */
export class Run<Request extends object> {
  readonly #settings: Settings<Request>;
  readonly #call: KeyedRequest;
  readonly #request: Request;
  readonly #handle: () => Promise<Captured>;
  readonly #stored: StoredRequest | undefined;
  #isBegun = false;
  /** What the ledger was told in place of an answer. */
  #told: unknown;

  constructor(
    settings: Settings<Request>,
    call: KeyedRequest,
    request: Request,
    handle: () => Promise<Captured>,
    stored: StoredRequest | undefined,
  ) {
    this.#settings = settings;
    this.#call = call;
    this.#request = request;
    this.#handle = handle;
    this.#stored = stored;
  }

  /** What is recorded of the answer. Rejects where the key is free again, or nobody knows. */
  async handle(state: IdemState): Promise<AnswerRecord> {
    // A database that undid the transaction wants all of it again, which a handler cannot do.
    if (this.#isBegun)
      throw this.#tell(undefined, new NothingHappened('the transaction was undone'));
    this.#isBegun = true;
    tellIdem(this.#request, state.idem);
    if (this.#stored !== undefined) await this.#save(this.#stored);
    const captured = await this.#handle();
    const fate = fateOf(captured, state.said.nothingHappened);
    const { transaction } = this.#settings.options;
    const isFailed = captured.status >= 500 || captured.thrown !== undefined;
    const isUndone = transaction !== undefined && isFailed;
    if (fate === 'keep' && !isUndone) return this.#recordOf(captured, state);
    throw this.#tell(captured, fate === 'unknown' ? unknown(captured) : released(captured));
  }

  /** Whether the ledger says no more than this handling did: its own answer is then the client's. */
  isOwn(error: unknown): boolean {
    if (this.#told === undefined || typeof error !== 'object' || error === null) return false;
    return error === this.#told || ('cause' in error && error.cause === this.#told);
  }

  /** Where the transaction was undone, or an earlier step is unknown, what was answered is not true. */
  #tell(captured: Captured | undefined, error: unknown): unknown {
    const isTrue = captured !== undefined && !(error instanceof StepUnknown);
    this.#told = isTrue ? error : undefined;
    return error;
  }

  async #save(stored: StoredRequest): Promise<void> {
    try {
      await saveRequest(this.#settings.options.ledger, stored);
    } catch (cause) {
      throw new NothingHappened('the request could not be recorded', { cause });
    }
  }

  async #recordOf(captured: Captured, { idem }: IdemState): Promise<AnswerRecord> {
    const { replayed, options } = this.#settings;
    const { body } = captured;
    if (body === undefined) return new NotKept() as AnswerRecord;
    if (body.length <= PART_SIZE) return recordOf(captured, replayed, encodeBody(body));
    try {
      const tx = idem.tx as object | undefined;
      const parts = await saveParts(options, this.#call, body, tx);
      return recordOf(captured, replayed, { parts });
    } catch (error) {
      if (options.transaction !== undefined) throw error;
      // The effect has happened: that is what has to be recorded, with or without the answer.
      return new NotKept() as AnswerRecord;
    }
  }
}

function unknown({ status, thrown }: Captured): unknown {
  return thrown?.error ?? new Error(`the request was answered with ${status}`);
}

function released({ status, thrown }: Captured): Error {
  return new NothingHappened(`the request was answered with ${status}`, { cause: thrown?.error });
}
