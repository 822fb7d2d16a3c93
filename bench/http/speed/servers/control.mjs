// What every server has in common: what it is told, and what it tells over the channel to its parent.

/** @type {{ dist: string, guard: string, folder: string, redis?: string, postgres?: string, isOnPeers?: boolean }} */
export const told = JSON.parse(process.argv[2] ?? '{}');

/** Loads a module of the built package, such as `adapters/http/mounts/express.js`. */
export function ours(path) {
  return import(`${told.dist}/${path}`);
}

/** Tells where it listens; then, at each mark, how much processor time it took so far, and `more`. */
export function ready(server, more = () => ({})) {
  process.on('message', () => process.send({ ...process.cpuUsage(), ...more() }));
  process.on('disconnect', () => process.exit());
  process.send({ port: server.address().port });
}

/** An answer of 1 KB, another one each time. */
export function order() {
  return { id: crypto.randomUUID(), status: 'placed', note: NOTE };
}

const NOTE = 'order '.repeat(157);
