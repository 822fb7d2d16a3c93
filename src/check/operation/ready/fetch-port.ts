import { EffectPort } from '../effects.ts';
import { valueText } from '../ports.ts';

/** `fetch`, or `request` of undici. */
export type FetchLike = (input: never, init?: never) => Promise<unknown>;

interface Asked {
  readonly url?: string;
  readonly method?: string;
  readonly headers?: HeadersInit;
  readonly body?: unknown;
}

type HeadersInit = ConstructorParameters<typeof Headers>[0];

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
/** What servers do again each time. */
const ONCE: ReadonlySet<string> = new Set(['POST', 'PATCH']);

/**
 * The port for `fetch`, or for `request` of undici. A POST or PATCH that is sent again is a repeated effect,
 * unless it carries the same `Idempotency-Key`, and one that is never sent is damage, whatever `observe` gives.
 *
 * Run twice: it only wraps, so the second port does the same.
 */
export function fetchPort<F extends FetchLike>(fetch: F): EffectPort<F> {
  return new EffectPort((run) => {
    const port = (input: string | URL | Asked, init?: Asked): Promise<unknown> => {
      const request: Asked = typeof input === 'string' || input instanceof URL ? {} : input;
      const method = (init?.method ?? request.method ?? 'GET').toUpperCase();
      const url = request.url ?? String(input);
      const headers = new Headers(init?.headers ?? request.headers);
      const call = {
        text: `${method} ${url}${bodyText(init?.body)}`,
        reads: READS.has(method),
        once: ONCE.has(method),
        key: headers.get('idempotency-key') ?? undefined,
      };
      return run.effect(call, () => fetch(input as never, init as never));
    };
    // It takes what `fetch` takes, and answers what that answers.
    return port as unknown as F;
  });
}

function bodyText(body: unknown): string {
  if (body === undefined || body === null) return '';
  return ` (${typeof body === 'string' ? body : valueText(body)})`;
}
