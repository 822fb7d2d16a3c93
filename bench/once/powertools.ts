import { NOTHING, newKey, pick, RESULT, type Setup } from './pair.ts';
import { withPeer } from './peers.ts';
import { connect, redisLedger } from './redis-ledger.ts';

interface Core {
  readonly IdempotencyConfig: new (options: { expiresAfterSeconds: number }) => Config;
  makeIdempotent(
    act: (key: string) => Promise<unknown>,
    options: { persistenceStore: unknown; config: Config; keyPrefix: string },
  ): (key: string) => Promise<unknown>;
}

interface Config {
  registerLambdaContext(context: { getRemainingTimeInMillis(): number }): void;
}

interface Cache {
  readonly CachePersistenceLayer: new (options: { client: unknown }) => unknown;
}

/** The Redis store against Powertools for AWS Lambda with its layer for a cache. */
export function powertoolsPairs(): Promise<Setup> {
  const name = '@aws-lambda-powertools/idempotency';
  return withPeer([name, `${name}/cache`], setUp);
}

async function setUp(core: Core, { CachePersistenceLayer }: Cache): Promise<Setup> {
  const [ours, client] = [await redisLedger(), await connect()];
  if (ours === undefined || client === undefined) return NOTHING;
  const config = new core.IdempotencyConfig({ expiresAfterSeconds: 3600 });
  // Outside Lambda too: without the time that is left it takes what runs for abandoned, and warns.
  config.registerLambdaContext({ getRemainingTimeInMillis: () => 15_000 });
  const charge = core.makeIdempotent(async () => RESULT, {
    persistenceStore: new CachePersistenceLayer({ client }),
    config,
    keyPrefix: `${ours.prefix}powertools`,
  });
  await Promise.all(ours.known.map(charge));
  const otherName = 'Powertools';
  return {
    pairs: [
      {
        name: 'Redis, new key',
        callers: [1, 64],
        ours: () => ours.charge(1, { key: newKey() }),
        other: () => charge(newKey()),
        otherName,
        least: {},
      },
      {
        name: 'Redis, known key',
        callers: [1, 64],
        ours: () => ours.charge(1, { key: pick(ours.known) }),
        other: () => charge(pick(ours.known)),
        otherName,
        least: { 1: 1.3, 64: 1.3 },
      },
    ],
    async close() {
      client.destroy();
      await ours.close();
    },
  };
}
