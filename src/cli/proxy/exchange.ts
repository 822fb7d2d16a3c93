import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from '../../adapters/http/engine/types.ts';
import { sendAnswer } from '../../adapters/http/mounts/node/send.ts';
import type { Outcome } from '../../core/outcome.ts';

/** A request with its answer, and what the log will say of them. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Path and query. */
  readonly target: string;
  readonly #startedAt = performance.now();
  outcome: Outcome | 'pass' = 'pass';
  upstreamStatus: number | undefined;
  /** What went wrong with the upstream. */
  error: string | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, target: string) {
    this.request = request;
    this.response = response;
    this.target = target;
  }

  get method(): string {
    return this.request.method ?? '';
  }

  /** The header's value; undefined where there is none. */
  get key(): string | undefined {
    return this.request.headers['idempotency-key'] as string | undefined;
  }

  get durationMs(): number {
    return performance.now() - this.#startedAt;
  }

  /** Refuses the request; where a part of an answer is out, cuts it off. */
  refuse(answer: Answer): void {
    this.outcome = 'failed';
    if (this.response.headersSent) this.response.destroy();
    else this.send(answer);
  }

  /** Answers in the upstream's place, where somebody is there to hear it. */
  send(answer: Answer): void {
    if (!this.response.destroyed) sendAnswer(this.response, answer);
  }

  /** The line of the log: no query, no key. */
  line(): Record<string, string | number | undefined> {
    const { method, target, outcome, upstreamStatus, error, key, response } = this;
    return {
      method,
      path: target.replace(/\?.*/su, ''),
      // Undefined where the client left before.
      status: response.headersSent ? response.statusCode : undefined,
      outcome,
      upstreamStatus,
      durationMs: Math.round(this.durationMs * 10) / 10,
      keyHash: key === undefined ? undefined : hash('sha256', key, 'hex').slice(0, 16),
      error,
    };
  }
}
