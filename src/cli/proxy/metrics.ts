import { Counter, Gauge, Histogram, Registry } from '../../vendor/prom-client.ts';
import type { Exchange } from './exchange.ts';
import type { Watcher } from './proxy.ts';

/** What Prometheus is told. */
export class Metrics implements Watcher {
  readonly #registry = new Registry();
  readonly #registers = [this.#registry];
  readonly #requests = new Counter({
    name: 'runtwice_proxy_requests_total',
    help: 'Requests, by what became of them.',
    labelNames: ['method', 'outcome', 'status'],
    registers: this.#registers,
  });
  readonly #durations = new Histogram({
    name: 'runtwice_proxy_request_duration_seconds',
    help: 'How long requests took, from their headers to the end of their answer.',
    labelNames: ['outcome'],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
    registers: this.#registers,
  });
  readonly #underway = new Gauge({
    name: 'runtwice_proxy_requests_underway',
    help: 'Requests that are being handled.',
    registers: this.#registers,
  });

  began(): void {
    this.#underway.inc();
  }

  ended({ method, outcome, response, durationMs }: Exchange): void {
    this.#underway.dec();
    this.#requests.inc({ method, outcome, status: response.statusCode });
    this.#durations.observe({ outcome }, durationMs / 1000);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
