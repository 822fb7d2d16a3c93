import { type Call, type End, type Facts, noEnd } from './call.ts';
import { encodeError, encodeValue, NOT_KEPT } from './codec.ts';
import type { FinalError } from './errors.ts';
import type { WarningEvent } from './events.ts';
import { type Lease, leaseLost } from './lease.ts';
import type { Parts } from './parts.ts';
import { outcomeUnknown } from './problems.ts';
import { type Progress, progressText } from './progress.ts';
import { asRecorded, recordedEnd } from './recorded.ts';
import type { Saved } from './saver.ts';
import type { RecordState, StoredRecord, StoredResult } from './store/types.ts';

/** Records how an attempt ended, and says how the call did. Nothing here rejects. */
export class Ending {
  readonly #call: Call;
  readonly #record: StoredRecord;
  readonly #lease: Lease;
  readonly #parts: Parts;
  readonly #progress: Progress;

  constructor(call: Call, record: StoredRecord, lease: Lease, parts: Parts, progress: Progress) {
    this.#call = call;
    this.#record = record;
    this.#lease = lease;
    this.#parts = parts;
    this.#progress = progress;
  }

  /** The function returned. */
  async value(value: unknown): Promise<End> {
    const stored = this.#encode(value);
    const saved = await this.#save('done', stored);
    if (saved === 'superseded') return this.#superseded();
    return { kind: 'value', stored, fresh: { value }, ...this.#facts(saved) };
  }

  /** A look at the world found the effect of an earlier attempt. */
  async found(value: unknown): Promise<End> {
    const stored = this.#encode(value);
    const saved = await this.#save('done', stored);
    if (saved === 'superseded') return this.#superseded();
    return asRecorded(this.#call, { kind: 'value', stored, ...this.#facts(saved) });
  }

  /** The failure is the result. */
  async final(error: FinalError): Promise<End> {
    const stored = encodeError(error);
    const saved = await this.#save('failed', stored);
    if (saved === 'superseded') return this.#superseded();
    return { kind: 'failed', stored, fresh: { error }, ...this.#facts(saved) };
  }

  /** Nothing happened in this attempt; `inDoubt`: an earlier one still may have had its effect. */
  async released(error: unknown, inDoubt: boolean): Promise<End> {
    const saved = await this.#save(inDoubt ? 'unknown' : 'released');
    if (saved === 'superseded') return this.#superseded();
    return { kind: 'none', outcome: 'failed', error, forAll: false };
  }

  /** Whether the effect happened is not known. */
  async unknown(cause?: unknown): Promise<End> {
    const saved = await this.#save('unknown');
    if (saved === 'superseded') return this.#superseded();
    if (this.#call.ifInterrupted === 'rerun' && cause !== undefined) {
      return { kind: 'none', outcome: 'failed', error: cause, forAll: false };
    }
    const { identity } = this.#call;
    const error = outcomeUnknown(identity, this.#record, this.#parts.url, cause);
    return noEnd('unknown', error, this.#call.ifInterrupted === 'stop');
  }

  /** A result that cannot be recorded is done all the same: the effect must not happen again. */
  #encode(value: unknown): StoredResult {
    const { codec } = this.#call;
    try {
      const stored = encodeValue(value, codec);
      if (stored.text.length <= this.#parts.maxResultSize) return stored;
      const size = `${stored.text.length} characters, at most ${this.#parts.maxResultSize}`;
      this.#warn('result-not-kept', `the result is too large to be recorded: ${size}`);
    } catch (error) {
      this.#warn('result-not-kept', 'the result is of a type that cannot be recorded', error);
    }
    return NOT_KEPT;
  }

  async #save(state: RecordState, result?: StoredResult): Promise<Saved> {
    const { id } = this.#call;
    const { owner } = this.#lease;
    this.#progress.processes = [];
    const isKept = state === 'unknown' || state === 'released';
    const progress = isKept ? progressText(this.#progress) : '';
    const saved = await this.#parts.saver.save({ id, owner, state, progress, result });
    if (saved === 'superseded' || 'at' in saved) {
      this.#parts.leases.letGo(this.#lease);
      return saved;
    }
    this.#warn('save-delayed', 'the store does not take the end of the attempt', saved.cause);
    this.#lease.ended = saved.end.then((end) => this.#savedLate(end));
    return { at: this.#parts.surroundings.clock.now() };
  }

  #savedLate(end: Saved | 'closed'): void {
    this.#parts.leases.letGo(this.#lease);
    if (end === 'closed') this.#warn('save-abandoned', 'the ledger was closed before it was saved');
    else if (end === 'superseded') this.#warn('superseded', 'another attempt has the key');
    else this.#warn('saved-late', 'the end of the attempt is saved');
  }

  /** Somebody else took the key over. Their result is the one that counts, if there is one. */
  async #superseded(): Promise<End> {
    const { store } = this.#parts;
    this.#warn('superseded', 'another attempt took the key over while this one ran');
    const found = await store.read(this.#call.id).catch(() => undefined);
    const end = found && recordedEnd(this.#call, found);
    return end ?? noEnd('unknown', leaseLost('another attempt took the key over'), false);
  }

  #facts({ at }: { at: number }): Facts {
    const { attempt, firstAt } = this.#record;
    return { attempt, firstAt, finishedAt: at };
  }

  #warn(warning: WarningEvent['warning'], message: string, cause?: unknown): void {
    this.#parts.warn(this.#call, warning, message, cause);
  }
}
