/** What a room may import: other rooms, and Node's own modules (`*`: all of them). */
export interface Row {
  rooms: readonly string[];
  node: '*' | readonly string[];
  /** But for core, only by `import()`, so that opening one thing does not load the others. */
  lazily?: boolean;
  /** May `import()` a path that is known only when it runs. */
  computed?: boolean;
  /** Packages of the user's own, optional peers, that it may `import()`. */
  peers?: readonly string[];
}

/**
 * The import table. A room is a folder of src, or a file beside them; `X` stands for any one folder,
 * and a room may always import itself. `once-interface` is the part of once that a store implements.
 */
export const TABLE: Readonly<Record<string, Row>> = {
  core: { rooms: [], node: ['node:crypto'] },
  vendor: { rooms: [], node: [] },
  clients: { rooms: ['core'], node: ['node:sqlite'] },
  once: { rooms: ['core', 'vendor'], node: ['node:async_hooks', 'node:crypto', 'node:fs'] },
  'ensure/X': { rooms: ['core', 'vendor', 'clients', 'ensure/converge'], node: '*' },
  'stores/sqlite': {
    rooms: ['core', 'clients', 'once-interface'],
    node: ['node:fs', 'node:path', 'node:sqlite'],
  },
  'stores/X': { rooms: ['core', 'clients', 'once-interface'], node: [] },
  check: { rooms: ['core', 'vendor', 'clients'], node: '*', computed: true },
  'adapters/http': { rooms: ['core', 'once', 'vendor'], node: '*' },
  'adapters/X': { rooms: ['core', 'once', 'vendor'], node: [] },
  testing: { rooms: ['core', 'once-interface', 'check'], node: ['node:assert/strict'] },
  open: {
    rooms: ['core', 'once', 'stores/X', 'clients'],
    node: [],
    lazily: true,
    peers: ['ioredis', 'mysql2/promise', 'pg'],
  },
  cli: { rooms: ['*'], node: '*', computed: true },
  index: { rooms: ['core', 'once', 'ensure/converge', 'stores/memory'], node: [] },
};

/** Rooms that hold one room per folder. */
const HALLS = new Set(['ensure', 'stores', 'adapters']);

/** The files of once that make up the interface between a ledger and its store. */
const ONCE_INTERFACE = /^src\/once\/store(\/.*)?(\.ts)?$/;

/** `src/ensure/files/copy.ts` → `ensure/files`; `src/index.ts` → `index`. */
export function roomOf(path: string): string {
  const [, first = '', second = ''] = path.split('/');
  const name = first.replace(/\.ts$/, '');
  return HALLS.has(name) && second !== '' ? `${name}/${second.replace(/\.ts$/, '')}` : name;
}

/** The row that holds for a room: its own, or that of its hall. */
export function rowOf(room: string): Row | undefined {
  return TABLE[room] ?? TABLE[`${room.split('/')[0]}/X`];
}

/** May a file in `room`, with this row, import the file at `path`? */
export function mayImport(room: string, row: Row, path: string): boolean {
  const target = roomOf(path);
  if (target === room) return true;
  if (target === 'cli') return false;
  const hall = `${target.split('/')[0]}/X`;
  if (row.rooms.some((name) => name === '*' || name === target || name === hall)) return true;
  return row.rooms.includes('once-interface') && ONCE_INTERFACE.test(path);
}
