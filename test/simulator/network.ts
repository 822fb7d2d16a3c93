import type { RenewRequest, Store } from '../../src/once/store/types.ts';
import type { History } from './history.ts';
import type { Actor, World } from './world.ts';

/** How bad the way to the store is. */
export interface Weather {
  /** How likely a request, or a reply, is lost. */
  lossy: number;
  /** How likely one takes seconds. */
  slow: number;
}

/** A process's way to the one store: slow, and it loses requests and replies. */
export function storeOver(
  world: World,
  actor: Actor,
  history: History,
  store: Store,
  weather: Weather,
): Store {
  const call = <Reply>(apply: () => Promise<Reply>): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const { random } = world;
      const latency = (): number =>
        random.chance(weather.slow) ? random.between(500, 5000) : random.between(0, 20);
      const lose = (): void => {
        world.after(latency() + 100, actor, () => reject(new Error('the connection was lost')));
      };
      const [isRequestLost, isReplyLost] = [
        random.chance(weather.lossy),
        random.chance(weather.lossy),
      ];
      // A request that is sent arrives, whatever becomes of its sender.
      world.after(latency(), undefined, async () => {
        if (isRequestLost) return lose();
        const reply = await apply();
        if (isReplyLost) return lose();
        world.after(latency(), actor, () => resolve(reply));
      });
    });
  return {
    name: 'simulated',
    durability: 'disk',
    claim: (request) => call(() => history.claim(request)),
    renew: (requests: readonly RenewRequest[]) => {
      const sent = requests.map(({ id, owner, leaseMs }) => ({ id, owner, leaseMs }));
      return call(() => history.renew(sent));
    },
    update: (request) => call(() => history.update(request)),
    read: (id) => call(() => store.read(id)),
    list: (query) => call(() => store.list(query)),
    stats: (prefix) => call(() => store.stats(prefix)),
    remove: (id, owner) => call(() => history.remove(id, owner)),
    purge: (request) => call(() => store.purge(request)),
    close: async () => {},
  };
}
