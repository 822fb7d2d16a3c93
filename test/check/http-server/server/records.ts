import { DatabaseSync } from 'node:sqlite';
import type { Reply } from './routes.ts';

export interface Kept {
  readonly print: string;
  readonly reply: Reply | undefined;
  /** Its process was killed while it ran. */
  readonly isUnknown: boolean;
}

/** Keys and effects, in one database. */
export class Records {
  readonly #db: DatabaseSync;

  /** What ran when the last process was killed is free, or unknown, or taken for running. */
  constructor(path: string) {
    this.#db = new DatabaseSync(path);
    this.#db.exec(`PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 5000;
      CREATE TABLE IF NOT EXISTS keys (id TEXT PRIMARY KEY, print TEXT, unknown INT, reply TEXT);
      CREATE TABLE IF NOT EXISTS effects (id INTEGER PRIMARY KEY)`);
    const fault = process.env['BREAK'];
    if (fault === 'in memory') this.#db.exec('DELETE FROM keys');
    if (fault === 'stuck' || fault === 'waits for its client') return;
    this.#db.exec(
      fault === 'says unknown'
        ? 'UPDATE keys SET unknown = 1 WHERE reply IS NULL'
        : 'DELETE FROM keys WHERE reply IS NULL',
    );
  }

  find(id: string): Kept | undefined {
    const row = this.#db.prepare('SELECT print, unknown, reply FROM keys WHERE id = ?').get(id);
    if (row === undefined) return undefined;
    const { reply } = row;
    return {
      print: String(row['print']),
      isUnknown: row['unknown'] === 1,
      reply: typeof reply === 'string' ? parsed(reply) : undefined,
    };
  }

  /** False where somebody else was first. */
  claim(id: string, print: string): boolean {
    const insert = 'INSERT OR IGNORE INTO keys (id, print, unknown) VALUES (?, ?, 0)';
    return this.#db.prepare(insert).run(id, print).changes === 1;
  }

  finish(id: string, reply: Reply): void {
    const text = JSON.stringify({ ...reply, body: reply.body.toString('base64') });
    this.#db.prepare('UPDATE keys SET reply = ? WHERE id = ?').run(text, id);
  }

  forget(id: string): void {
    this.#db.prepare('DELETE FROM keys WHERE id = ?').run(id);
  }

  /** The number of this effect. */
  happen(): number {
    return Number(this.#db.prepare('INSERT INTO effects DEFAULT VALUES').run().lastInsertRowid);
  }

  effects(): number {
    return Number(this.#db.prepare('SELECT count(*) AS number FROM effects').get()?.['number']);
  }

  inOne<Value>(act: () => Value): Value {
    this.#db.exec('BEGIN IMMEDIATE');
    const value = act();
    this.#db.exec('COMMIT');
    return value;
  }
}

function parsed(text: string): Reply {
  const { body, ...reply } = JSON.parse(text) as Omit<Reply, 'body'> & { body: string };
  return { ...reply, body: Buffer.from(body, 'base64') };
}
