// All databases that a command gets clones of.
import type { Entry } from '../files/manifest.ts';
import type { Clone, ClonedDatabase } from './database.ts';
import { nameIn } from './database.ts';
import type { SettledDatabase } from './kinds.ts';

/** A clone of each, for one line of runs. */
export interface Clones {
  /** The addresses, by the variables that have them. */
  readonly env: Readonly<Record<string, string>>;
  /** Sockets that lead to them, by the ports at which the command finds them. */
  readonly relays: Readonly<Record<number, string>>;
  read(): Promise<[name: string, Entry][]>;
  drop(): Promise<void>;
}

interface Opened extends SettledDatabase {
  readonly database: ClonedDatabase;
}

export class Databases {
  readonly #opened: Opened[] = [];

  /** Connects to each; `pathOf` names files for them, which they remove. */
  static async open(
    wanted: readonly SettledDatabase[],
    pathOf: (name: string) => string,
  ): Promise<Databases> {
    const databases = new Databases();
    try {
      for (const [index, one] of wanted.entries()) {
        const database = await one.open((name) => pathOf(`database-${index}-${name}`));
        databases.#opened.push({ ...one, database });
      }
      return databases;
    } catch (error) {
      await databases.close();
      throw error;
    }
  }

  async make(): Promise<Clones> {
    const made = await Promise.all(
      this.#opened.map(async (one) => ({ ...one, clone: await one.database.make() })),
    );
    return {
      env: Object.assign({}, ...made.map(envOf)),
      relays: Object.fromEntries(made.map(({ port, clone }) => [port, clone.socket])),
      read: async () => (await Promise.all(made.map(({ clone }) => clone.read()))).flat(),
      drop: async () => void (await Promise.all(made.map(({ clone }) => clone.drop()))),
    };
  }

  /** Drops all clones. */
  async close(): Promise<void> {
    for (const { database } of this.#opened) await database.close();
  }
}

/** The address as a URL, and its parts for programs that take no URL. */
function envOf({ variable, port, clone }: SettledDatabase & { clone: Clone }) {
  const url = new URL(clone.url);
  url.host = `127.0.0.1:${port}`;
  const start = variable.replace(/_?URL$/u, '') || variable;
  return {
    [variable]: url.href,
    [`${start}_HOST`]: url.hostname,
    [`${start}_PORT`]: url.port,
    [`${start}_USER`]: decodeURIComponent(url.username),
    [`${start}_PASSWORD`]: decodeURIComponent(url.password),
    [`${start}_NAME`]: nameIn(url),
  };
}
