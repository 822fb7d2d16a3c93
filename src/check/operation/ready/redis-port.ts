import { EffectPort, type EffectRun } from '../effects.ts';
import { callText } from '../ports.ts';
import { proxyOf } from './proxy.ts';

/** The part of ioredis that is used. */
export interface RedisCommands {
  call(command: string): Promise<unknown>;
}

/** They are no commands. */
const OTHERS =
  /^(?:on|once|off|emit|addListener|removeListener|removeAllListeners|listeners|listenerCount|disconnect|duplicate|\w*[sS]canStream|\w*Buffer(?:ize)?Stream)$/u;
const CHAINS: ReadonlySet<string> = new Set(['multi', 'pipeline']);

/**
 * The port for a client of ioredis: each command is an effect, and so is the `exec` of a chain. A `multi`
 * that is no chain (`pipeline: false`) is not seen as one. Two runs at once have one connection,
 * so what one of them watches the other one watches too.
 *
 * Run twice: it only wraps, so the second port does the same.
 */
export function redisPort<T extends RedisCommands>(client: T): EffectPort<T> {
  return new EffectPort((run) => {
    // The server forgets what a connection watches when that ends.
    run.onKilled(() => client.call('UNWATCH'));
    return proxyOf(client, (name, method) => {
      if (OTHERS.test(name)) return undefined;
      if (CHAINS.has(name)) return (...args: unknown[]) => chain(run, name, method(...args));
      return (...args: unknown[]) =>
        run.effect({ text: callText(name, args) }, () => method(...args));
    });
  });
}

/** Commands are only noted in it; `exec` sends them. */
function chain(run: EffectRun, name: string, real: unknown): unknown {
  const noted: string[] = [];
  const port: object = proxyOf(real as object, (command, method) => (...args: unknown[]) => {
    if (command === 'exec') {
      return run.effect({ text: `${name}(${noted.join(', ')})` }, () => method(...args));
    }
    noted.push(callText(command, args));
    const answer = method(...args);
    return answer === real ? port : answer;
  });
  return port;
}
