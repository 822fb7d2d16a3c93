import { isRuntwiceError, RuntwiceError } from '../../../core/errors.ts';
import type { Outcome } from '../../../core/outcome.ts';
import { fingerprintInput, NotComparable } from './fingerprint.ts';
import { parseKey } from './header.ts';
import { idemWithoutKey, tellIdem } from './idem.ts';
import { forgetRequest, storedRequest } from './input.ts';
import { shortName } from './names.ts';
import { type IdempotencyOptions, type Settings, settingsOf } from './options.ts';
import { loadParts } from './parts.ts';
import { type ProblemCode, problem, problemOf } from './problems.ts';
import { type AnswerRecord, decodeBody } from './record.ts';
import { Run } from './run.ts';
import { type Ended, type KeyedRequest, settle } from './settle.ts';
import type { Answer, AnswerHeader, Captured, Handled, NeutralRequest } from './types.ts';

const KEY_HEADER = 'idempotency-key';

/** What is done with requests that carry a key, whatever framework they come by. */
export class Engine<Request extends object> {
  readonly settings: Settings<Request>;

  constructor(options: IdempotencyOptions<Request>) {
    this.settings = settingsOf(options);
  }

  /** Whether a request is guarded, so that its body has to be seen. */
  concerns(method: string, key: string | undefined): boolean {
    return key !== undefined && this.settings.methods.has(method);
  }

  /**
   * Handles a request once for its key. `handle` is called where the key is this request's: it runs the
   * handler and resolves when the whole answer is known, which is to be held until this resolves.
   * @throws what the options' functions throw, and what is no outcome.
   */
  async handle(
    request: Request,
    neutral: NeutralRequest,
    handle: () => Promise<Captured>,
  ): Promise<Handled> {
    const { settings } = this;
    const header = neutral.header(KEY_HEADER);
    if (!settings.methods.has(neutral.method) || (header === undefined && !settings.isRequired)) {
      tellIdem(request, idemWithoutKey());
      return { kind: 'pass' };
    }
    if (header === undefined) return this.#problem('key-missing', [], 'failed');
    const echo: AnswerHeader[] = [[KEY_HEADER, header]];
    const parsed = parseKey(header, settings.isStrict);
    if ('problem' in parsed) return this.#problem('key-invalid', [], 'failed', parsed.problem);
    let call: KeyedRequest;
    try {
      call = await this.#callOf(request, neutral, parsed.key);
    } catch (error) {
      if (!(error instanceof NotComparable)) throw error;
      return this.#problem('body-not-comparable', echo, 'failed', error.message);
    }
    const { storeInput } = settings.options;
    const stored = storeInput && (await storedRequest(neutral, call, storeInput));
    if (storeInput !== undefined && stored === undefined) {
      return this.#problem('body-too-large', echo, 'failed');
    }
    const run = new Run(settings, call, request, handle, stored);
    const settled = await settle(settings, call, neutral, (state) => run.handle(state));
    // What is left is forgotten by the completer: nobody waits for this.
    if (stored !== undefined && 'value' in settled) {
      forgetRequest(settings.options.ledger, stored).catch(() => {});
    }
    return this.#handled(settled, run, call, echo);
  }

  async #callOf(request: Request, neutral: NeutralRequest, key: string): Promise<KeyedRequest> {
    const { options } = this.settings;
    const { scope, operation, fingerprint } = options;
    const owner = scope === 'public' ? '' : requireOwner(await scope(request));
    const name = operation?.(request) ?? `${neutral.method} ${neutral.route ?? neutral.path}`;
    return {
      operation: shortName(name),
      scope: shortName(owner),
      key,
      input: fingerprintInput(neutral, fingerprint?.(request)),
    };
  }

  async #handled(
    settled: Ended,
    run: Run<Request>,
    call: KeyedRequest,
    echo: readonly AnswerHeader[],
  ): Promise<Handled> {
    if ('value' in settled) {
      const { outcome } = settled;
      if (outcome === 'created') return { kind: 'own', outcome };
      return this.#replay(settled.value, call, echo);
    }
    const { error, outcome } = settled;
    if (run.isOwn(error)) return { kind: 'own', outcome };
    const code = problemOf(error);
    if (code === undefined) throw error;
    return this.#problem(code, echo, outcome);
  }

  async #replay(
    record: AnswerRecord,
    call: KeyedRequest,
    echo: readonly AnswerHeader[],
  ): Promise<Handled> {
    const { parts, status } = record;
    const headers = [...record.headers, ...echo, ['idempotent-replayed', 'true'] as const];
    try {
      const { ledger } = this.settings.options;
      const body = parts === undefined ? decodeBody(record) : await loadParts(ledger, call, parts);
      return { kind: 'answer', answer: { status, headers, body }, outcome: 'replayed' };
    } catch (error) {
      const code = isRuntwiceError(error, 'ERR_RUNTWICE_RESULT_NOT_KEPT')
        ? 'response-not-kept'
        : 'store-unavailable';
      return this.#problem(code, echo, 'failed');
    }
  }

  #problem(
    code: ProblemCode,
    echo: readonly AnswerHeader[],
    outcome: Outcome,
    why?: string,
  ): Handled {
    const answer: Answer = problem(code, this.settings, why);
    const echoed = { ...answer, headers: [...answer.headers, ...echo] };
    return { kind: 'answer', answer: echoed, outcome };
  }
}

/** Those of whom nothing is known would share their keys, and get each other's answers. */
function requireOwner(owner: unknown): string {
  if (typeof owner === 'string' && owner !== '') return owner;
  throw new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    `the scope of a request is no name: ${JSON.stringify(owner)}`,
    { fix: "Nothing was done. Put authentication before, or say scope: 'public'." },
  );
}
