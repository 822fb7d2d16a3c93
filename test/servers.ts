// Before any test: servers that run here or are named are used; of the others private ones are started,
// from what is installed. Where nothing is installed, the tests themselves say what did not run.
import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import { freePort } from './support/free-port.ts';
import { isMariadbInstalled, PrivateMariadb } from './support/mysql-private.ts';
import { findPrograms, PrivateServer } from './support/postgres-private.ts';
import { isRedisServerInstalled, PrivateRedis } from './support/redis-private.ts';

/** A server that tests need. */
interface Needed {
  /** The variable that names it. */
  readonly variable: string;
  readonly port: number;
  /** Debian's package. */
  readonly package: string;
  isInstalled(): boolean;
  /** Its URL, and what ends it. */
  start(): Promise<{ url: string; remove(): Promise<void> | void }>;
}

const NEEDED: readonly Needed[] = [
  {
    variable: 'RUNTWICE_TEST_POSTGRES',
    port: 5432,
    package: 'postgresql',
    isInstalled: () => findPrograms() !== undefined,
    async start() {
      const port = await freePort();
      const server = new PrivateServer({
        listen_addresses: '127.0.0.1',
        port: String(port),
        autovacuum: 'on',
      });
      server.start();
      return {
        url: `postgres://postgres@127.0.0.1:${port}/postgres`,
        remove: () => server.remove(),
      };
    },
  },
  {
    variable: 'RUNTWICE_TEST_MYSQL',
    port: 3306,
    package: 'mariadb-server',
    isInstalled: isMariadbInstalled,
    async start() {
      const server = await PrivateMariadb.start();
      return { url: server.url, remove: () => server.remove() };
    },
  },
  {
    variable: 'RUNTWICE_TEST_REDIS',
    port: 6379,
    package: 'redis-server',
    isInstalled: isRedisServerInstalled,
    async start() {
      const server = await PrivateRedis.start();
      const { host, port } = server.address;
      return { url: `redis://${host}:${port}`, remove: () => server.remove() };
    },
  },
];

/** With `RUNTWICE_TEST_PRIVATE=1` those that run here are left alone, too. */
export default async function startServers(): Promise<() => Promise<void>> {
  const started: (() => Promise<void> | void)[] = [];
  for (const needed of NEEDED) {
    const { variable } = needed;
    if (process.env[variable] !== undefined) continue;
    if (process.env['RUNTWICE_TEST_PRIVATE'] === undefined && (await answers(needed.port)))
      continue;
    if (!needed.isInstalled()) installOnDebian(needed.package);
    if (!needed.isInstalled()) continue;
    const { url, remove } = await needed.start();
    console.log(`Tests: a private ${needed.package} was started.`);
    process.env[variable] = url;
    started.push(remove);
  }
  return async () => {
    for (const remove of started) await remove();
  };
}

/** Only where that is nobody's own machine: as root, in CI. */
function installOnDebian(name: string): void {
  if (process.getuid?.() !== 0 || process.env['CI'] === undefined) return;
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', name], {
      env,
      stdio: 'ignore',
    });
  } catch {
    console.warn(`Tests: ${name} could not be installed.`);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
