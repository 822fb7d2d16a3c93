// A server in a process of its own, that tells how much processor time it took.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Contestant {
  readonly name: string;
  /** The file in `servers` that is run. */
  readonly server: string;
  /** What stands before the handler, as that file names it; `none`: nothing. */
  readonly guard: string;
  /** Runs on the framework that the peers are made for, which is an older one. */
  readonly isOnPeers?: boolean;
  /** Asks for its garbage to be collected, to tell how much memory it holds. */
  readonly isWeighed?: boolean;
}

/** What servers are told: where the built package is, and where the stores are. */
export interface Places {
  readonly dist: string;
  /** For what they write. */
  readonly folder: string;
  readonly redis: string | undefined;
  readonly postgres: string | undefined;
  /** Where a profile of each server is to be written. */
  readonly profiles: string | undefined;
}

export interface Server {
  readonly port: number;
  /** Microseconds of the processor, user and system, since it began. */
  cpuUs(): Promise<number>;
  /** The most bytes that it held since it was asked last, where it is weighed. */
  peakBytes(): Promise<number>;
  stop(): Promise<void>;
}

interface Mark extends NodeJS.CpuUsage {
  readonly peak: number;
}

/** Rejects with the last words of a server that ends before it listens. */
export async function start(
  { server, guard, isOnPeers = false, isWeighed = false }: Contestant,
  places: Places,
): Promise<Server> {
  const file = fileURLToPath(new URL(`servers/${server}.mjs`, import.meta.url));
  const { profiles } = places;
  const told = JSON.stringify({ ...places, guard, isOnPeers });
  const child = fork(file, [told], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [
      ...(profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`]),
      ...(isWeighed ? ['--expose-gc'] : []),
    ],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  let words = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-4_000);
  });
  const ended = new Promise<never>((_, reject) => {
    child.on('exit', () => reject(new Error(lastOf(words))));
  });
  // It ends where it is stopped, too, and nobody waits for it then.
  ended.catch(() => {});
  const next = <Message>() => Promise.race([messageOf<Message>(child), ended]);
  const { port } = await next<{ port: number }>();
  const mark = () => {
    const reply = next<Mark>();
    child.send('mark');
    return reply;
  };
  return {
    port,
    async cpuUs() {
      const { user, system } = await mark();
      return user + system;
    },
    async peakBytes() {
      return (await mark()).peak;
    },
    async stop() {
      child.disconnect();
      await ended.catch(() => {});
    },
  };
}

function messageOf<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((resolve) => {
    child.once('message', (message) => resolve(message as Message));
  });
}

/** The line of an error that says what is wrong. */
function lastOf(words: string): string {
  return words.split('\n').find((line) => /^\w*Error/u.test(line)) ?? (words.trim() || 'it ended');
}
