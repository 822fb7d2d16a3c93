import { EffectPort, type EffectRun } from '../effects.ts';
import { callText } from '../ports.ts';
import { proxyOf } from './proxy.ts';

/** The part of `mysql2/promise` that is used: a pool or a connection. */
export interface MysqlQueries {
  query(sql: string): Promise<unknown>;
  execute(sql: string): Promise<unknown>;
}

interface MysqlConnection extends MysqlQueries {
  rollback(): Promise<unknown>;
  destroy(): void;
}

const STATEMENTS: ReadonlySet<string> = new Set([
  ...['query', 'execute', 'beginTransaction', 'commit', 'rollback'],
]);

/**
 * The port for a pool or a connection of mysql2/promise: each statement is an effect. Where the operation is
 * killed, what was not committed is rolled back, and the connections that it had taken from the pool are closed.
 *
 * Run twice: it only wraps, so the second port does the same.
 */
export function mysqlPort<T extends MysqlQueries>(client: T): EffectPort<T> {
  return new EffectPort((run) => {
    const isPool = 'getConnection' in client;
    if (!isPool) run.onKilled(() => client.query('ROLLBACK'));
    return proxyOf(client, (name, method) => {
      if (STATEMENTS.has(name)) return statement(run, name, method);
      if (name !== 'getConnection') return undefined;
      return () =>
        run.effect({ text: 'getConnection()', reads: true }, async () =>
          connection(run, (await method()) as MysqlConnection),
        );
    });
  });
}

function connection(run: EffectRun, taken: MysqlConnection): MysqlConnection {
  let isReleased = false;
  run.onKilled(async () => {
    if (isReleased) return;
    await taken.rollback();
    taken.destroy();
  });
  return proxyOf(taken, (name, method) => {
    if (STATEMENTS.has(name)) return statement(run, name, method);
    if (name !== 'release' && name !== 'destroy') return undefined;
    return () => {
      isReleased = true;
      return method();
    };
  });
}

function statement(run: EffectRun, name: string, method: (...args: unknown[]) => unknown): unknown {
  return (...args: unknown[]) => run.effect({ text: callText(name, args) }, () => method(...args));
}
