import type { IncomingMessage } from 'node:http';
import { Engine } from '../../adapters/http/engine/engine.ts';
import { problem } from '../../adapters/http/engine/problems.ts';
import { NodeRequest } from '../../adapters/http/mounts/node/request.ts';
import { isSmall, Spool } from '../../adapters/http/mounts/spool.ts';
import type { Ledger } from '../../once/ledger.ts';
import type { Exchange } from './exchange.ts';
import { proxyProblem } from './problems.ts';
import { recoverBy } from './recover.ts';
import { Relay } from './relay.ts';
import type { ScopeOf } from './scope.ts';
import type { ProxySettings } from './settings.ts';
import type { Upstream } from './upstream.ts';

/** Requests with a key: each is sent to the upstream once. */
export class Keyed {
  readonly #settings: ProxySettings;
  readonly #upstream: Upstream;
  readonly #engine: Engine<IncomingMessage>;

  constructor(settings: ProxySettings, ledger: Ledger, scope: ScopeOf, upstream: Upstream) {
    this.#settings = settings;
    this.#upstream = upstream;
    const { ifInterrupted, isRequired: required, policyUrl } = settings;
    const { keep, wait, lease, methods, headers, dialect } = settings;
    const { maxRequestBody, maxResponseBody } = settings;
    this.#engine = new Engine({
      ledger,
      scope: scope === 'public' ? scope : ({ headers: sent }) => scope(sent),
      ifInterrupted:
        ifInterrupted instanceof URL ? recoverBy(ifInterrupted, scope, settings) : ifInterrupted,
      keep,
      wait,
      lease,
      methods,
      headers,
      dialect,
      required,
      maxRequestBody,
      maxResponseBody,
      ...(policyUrl !== undefined && { policyUrl }),
    });
  }

  /** Whether a request is one of these, also where its key is missing. */
  concerns({ method, key }: Exchange): boolean {
    return (
      this.#engine.settings.methods.has(method) && (key !== undefined || this.#settings.isRequired)
    );
  }

  async serve(exchange: Exchange): Promise<void> {
    const { request, key } = exchange;
    const { scopeHeader, maxRequestBody } = this.#settings;
    if (key === undefined) return exchange.refuse(problem('key-missing', this.#settings));
    if (scopeHeader !== undefined && !isSaidOnce(request, scopeHeader)) {
      const why = `it has no ${scopeHeader} header, or more than one`;
      return exchange.refuse(proxyProblem('scope-missing', this.#settings, why));
    }
    const body = isSmall(request.headers)
      ? await Spool.readSmall(request, maxRequestBody)
      : await Spool.read(request.iterator({ destroyOnReturn: false }), maxRequestBody);
    if (body === undefined) return exchange.refuse(problem('body-too-large', this.#settings));
    const relay = new Relay(exchange, body, this.#upstream, this.#settings);
    try {
      await this.#handle(exchange, body, relay);
    } finally {
      relay.close().catch(() => {});
    }
  }

  async #handle(exchange: Exchange, body: Spool, relay: Relay): Promise<void> {
    const { request, target } = exchange;
    const neutral = new NodeRequest(request, target, () => body.content(), undefined);
    let isBegun = false;
    const handled = await this.#engine.handle(request, neutral, () => {
      isBegun = true;
      return relay.run();
    });
    if (handled.kind === 'pass') throw new Error('a request with a key cannot be passed');
    exchange.outcome = handled.outcome;
    if (handled.kind === 'own') relay.release();
    else if (isBegun) relay.replace(handled.answer);
    else exchange.send(handled.answer);
  }
}

/** In two lines it could be read differently behind us. */
function isSaidOnce({ headersDistinct }: IncomingMessage, name: string): boolean {
  const [value = '', ...more] = headersDistinct[name] ?? [];
  return value !== '' && more.length === 0;
}
