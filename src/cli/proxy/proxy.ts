import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Ledger } from '../../once/ledger.ts';
import { Exchange } from './exchange.ts';
import { Keyed } from './keyed.ts';
import { passThrough } from './pass.ts';
import { proxyProblem } from './problems.ts';
import type { ScopeOf } from './scope.ts';
import type { ProxySettings } from './settings.ts';
import { targetOf } from './target.ts';
import { Upstream } from './upstream.ts';
import { messageOf } from './usage.ts';

/** Hears of requests. */
export interface Watcher {
  began(): void;
  ended(exchange: Exchange): void;
}

const HEADERS_TIMEOUT_MS = 60_000;

/** The proxy, without what is around it. */
export class ReverseProxy {
  readonly server: Server;
  readonly #settings: ProxySettings;
  readonly #upstream: Upstream;
  readonly #keyed: Keyed;
  readonly #watcher: Watcher;
  readonly #underway = new Set<Promise<void>>();

  constructor(settings: ProxySettings, ledger: Ledger, scope: ScopeOf, watcher: Watcher) {
    this.#settings = settings;
    this.#upstream = new Upstream(settings);
    this.#keyed = new Keyed(settings, ledger, scope, this.#upstream);
    this.#watcher = watcher;
    // A body may take as long as it takes; headers may not.
    const timeouts = { requestTimeout: 0, headersTimeout: HEADERS_TIMEOUT_MS };
    this.server = createServer(timeouts, (request, response) => {
      const served = this.#serve(request, response);
      this.#underway.add(served);
      void served.finally(() => this.#underway.delete(served));
    });
  }

  /** Takes no more requests; those under way have so long to end, and are then broken off. */
  async stop(drainMs: number): Promise<void> {
    this.server.close();
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, drainMs);
    await Promise.race([this.#idle(), late.promise]);
    clearTimeout(timer);
    this.#upstream.close();
    this.server.closeAllConnections();
    // What was broken off is recorded as such.
    await this.#idle();
  }

  async #idle(): Promise<void> {
    while (this.#underway.size > 0) await Promise.all(this.#underway);
  }

  /** Never rejects. */
  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#watcher.began();
    const target = targetOf(request);
    const exchange = new Exchange(request, response, target ?? '');
    const closed = new Promise((resolve) => response.once('close', resolve));
    try {
      if (target === undefined) exchange.refuse(proxyProblem('target-invalid', this.#settings));
      else if (isUpgrade(request)) exchange.refuse(proxyProblem('upgrade-refused', this.#settings));
      else if (this.#keyed.concerns(exchange)) await this.#keyed.serve(exchange);
      else await passThrough(exchange, this.#upstream, this.#settings);
    } catch (error) {
      exchange.error = messageOf(error);
      exchange.refuse(proxyProblem('proxy-failed', this.#settings));
    }
    await closed;
    // What the client is still sending would keep its connection from the next request.
    request.resume();
    this.#watcher.ended(exchange);
  }
}

/** Clients that ask for HTTP/2 in passing go on without it (RFC 9110, 7.8). */
function isUpgrade({ headers: { upgrade } }: IncomingMessage): boolean {
  return upgrade !== undefined && !/^\s*h2c\b/iu.test(upgrade);
}
