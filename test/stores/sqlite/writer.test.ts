import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { systemTimers } from '../../../src/core/timers.ts';
import { isBusy, unlessBusy, Writer } from '../../../src/stores/sqlite/writer.ts';

/** What SQLite says while another process repairs the file, and while it writes. */
const BUSY_RECOVERY = 261;
const BUSY = 5;
const FULL = 13;

function sqliteError(errcode: number): Error {
  return Object.assign(new Error('database is locked'), { errcode });
}

describe('reading', () => {
  it.each([BUSY, BUSY_RECOVERY])('asks again while the file is busy (%d)', async (code) => {
    let asked = 0;
    const answer = await unlessBusy(systemTimers, () => {
      asked += 1;
      if (asked < 4) throw sqliteError(code);
      return 'answer';
    });
    expect([answer, asked]).toEqual(['answer', 4]);
  });

  it('passes every other error on', async () => {
    const work = (): never => {
      throw sqliteError(FULL);
    };
    await expect(unlessBusy(systemTimers, work)).rejects.toMatchObject({ errcode: FULL });
    expect([isBusy(sqliteError(FULL)), isBusy(new Error('no')), isBusy(undefined)]).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('writing', () => {
  it('does what comes together in one transaction, each with its own answer', async () => {
    const db = new DatabaseSync(':memory:');
    db.exec('CREATE TABLE t (n)');
    const writer = new Writer(db, systemTimers);
    const insert = db.prepare('INSERT INTO t VALUES (?)');
    const answers = await Promise.all(
      [1, 2, 3].map((n) =>
        writer.write(() => {
          expect(db.isTransaction).toBe(true);
          insert.run(n);
          return n * 10;
        }),
      ),
    );
    expect(answers).toEqual([10, 20, 30]);
    expect(db.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 3 });
  });

  it('does nothing of what comes together where one fails, and goes on after that', async () => {
    const db = new DatabaseSync(':memory:');
    db.exec('CREATE TABLE t (n)');
    const writer = new Writer(db, systemTimers);
    const insert = db.prepare('INSERT INTO t VALUES (?)');
    const failing = [
      writer.write(() => insert.run(1)),
      writer.write(() => {
        throw new Error('one of them');
      }),
    ];
    const ends = await Promise.allSettled(failing);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await writer.write(() => insert.run(2));
    expect(db.prepare('SELECT n FROM t').all()).toEqual([{ n: 2 }]);
  });

  it('refuses what comes after the end, and leaves nobody waiting', async () => {
    const db = new DatabaseSync(':memory:');
    const writer = new Writer(db, systemTimers);
    const late = writer.write(() => 1);
    db.close();
    await expect(late).rejects.toThrow('not open');
  });
});
