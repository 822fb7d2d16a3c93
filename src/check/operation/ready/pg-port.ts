import { EffectPort, type EffectRun } from '../effects.ts';
import { callText } from '../ports.ts';
import { proxyOf } from './proxy.ts';

/** The part of `pg` that is used: a `Pool` or a `Client`. */
export interface PgQueries {
  query(text: string): Promise<unknown>;
}

interface PooledClient extends PgQueries {
  release(isBroken?: boolean): void;
  once(event: 'end', then: () => void): unknown;
}

/**
 * The port for a `Pool` or a `Client` of pg: each statement is an effect. Where the operation is killed, the
 * connections that it had taken from the pool are closed, and the server undoes what was not committed; on a
 * `Client` it is rolled back. Only the promises of pg are seen, not its callbacks.
 *
 * Run twice: it only wraps, so the second port does the same.
 */
export function pgPort<T extends PgQueries>(client: T): EffectPort<T> {
  return new EffectPort((run) => {
    const isPool = 'totalCount' in client;
    if (!isPool) run.onKilled(() => client.query('ROLLBACK'));
    return proxyOf(client, (name, method) => {
      if (name === 'query') return querying(run, method);
      if (name !== 'connect' || !isPool) return undefined;
      return () =>
        run.effect({ text: 'connect()', reads: true }, async () =>
          pooled(run, (await method()) as PooledClient),
        );
    });
  });
}

function pooled(run: EffectRun, client: PooledClient): PooledClient {
  let isReleased = false;
  run.onKilled(async () => {
    if (isReleased) return;
    const closed = Promise.withResolvers<void>();
    client.once('end', closed.resolve);
    client.release(true);
    await closed.promise;
  });
  return proxyOf(client, (name, method) => {
    if (name === 'query') return querying(run, method);
    if (name !== 'release') return undefined;
    return (...args: unknown[]) => {
      isReleased = true;
      return method(...args);
    };
  });
}

function querying(run: EffectRun, method: (...args: unknown[]) => unknown): unknown {
  return (...args: unknown[]) =>
    run.effect({ text: callText('query', args) }, () => method(...args));
}
