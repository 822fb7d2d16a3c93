// Handlers in a transaction of the ledger's database: rows and answer are committed together, or neither.
import express, { type RequestHandler } from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idem, idempotency } from '../../../../src/adapters/http/mounts/express.ts';
import { createLedger, type Ledger } from '../../../../src/once/ledger.ts';
import { mysqlStore } from '../../../../src/stores/mysql/index.ts';
import { postgresStore } from '../../../../src/stores/postgres/index.ts';
import { isMysqlThere, Database as MysqlDatabase } from '../../../support/mysql.ts';
import { Database, isPostgresThere } from '../../../support/postgres.ts';
import { json, send } from '../suite/client.ts';
import { serve } from './serve.ts';

/** What a handler has of its transaction, by either driver. */
interface Tx {
  query(sql: string): Promise<unknown>;
}

/** A database with a table of orders, and a ledger; on PostgreSQL they share four connections. */
interface Place {
  readonly pool: object;
  readonly ledger: Ledger;
  orders(): Promise<number>;
  drop(): Promise<void>;
}

const PLACES: { name: string; isThere: boolean; open(): Promise<Place> }[] = [
  {
    name: 'PostgreSQL',
    isThere: await isPostgresThere('HTTP transactions on PostgreSQL'),
    async open() {
      const db = await Database.create();
      await db.ask('CREATE TABLE orders (id text)');
      const pool = db.pool();
      const store = await postgresStore(pool);
      return {
        pool,
        ledger: createLedger({ store, namespace: 'test', keep: '1d' }),
        orders: async () => (await db.ask('SELECT * FROM orders')).length,
        drop: () => db.drop(),
      };
    },
  },
  {
    name: 'MariaDB',
    isThere: await isMysqlThere('HTTP transactions on MariaDB'),
    async open() {
      const db = await MysqlDatabase.create();
      await db.ask('CREATE TABLE orders (id varchar(100))');
      // It makes the rows of its keys on a connection of its own.
      const store = await mysqlStore(db.pool());
      return {
        pool: db.pool(),
        ledger: createLedger({ store, namespace: 'test', keep: '1d' }),
        orders: async () => (await db.ask('SELECT * FROM orders')).length,
        drop: () => db.drop(),
      };
    },
  },
];

describe.each(PLACES.filter(({ isThere }) => isThere))(
  'a transaction of $name',
  ({ name, open }) => {
    let place: Place;
    beforeAll(async () => {
      place = await open();
    });
    afterAll(async () => {
      await place.ledger.close({ drain: 0 });
      await place.drop();
    });

    /** A server whose handlers insert an order, then answer. Counts what is done there now. */
    async function start(answer: RequestHandler) {
      const before = await place.orders();
      const { pool, ledger } = place;
      const app = express();
      app.set('env', 'test');
      let runs = 0;
      const guard = idempotency({
        ledger,
        scope: () => `user ${before} ${name}`,
        transaction: pool,
      });
      app.post('/', express.json(), guard, async (request, response, next) => {
        runs += 1;
        await idem<Tx>(request).tx.query(`INSERT INTO orders VALUES ('${idem(request).key}')`);
        return answer(request, response, next);
      });
      const { url } = await serve(app);
      return {
        post: (key: string) => send(url, '/', key),
        runs: () => runs,
        orders: async () => (await place.orders()) - before,
      };
    }

    it('has rows and answer together, for 20 requests at once', async () => {
      const { post, runs, orders } = await start((_request, response) => {
        response.status(201).json({ id: 1 });
      });
      const got = await Promise.all(Array.from({ length: 20 }, () => post('together')));
      expect(new Set(got.map(({ status, body }) => `${status} ${body}`))).toEqual(
        new Set(['201 {"id":1}']),
      );
      expect(got.filter(({ headers }) => headers['idempotent-replayed'])).toHaveLength(19);
      expect([runs(), await orders()]).toEqual([1, 1]);
    });

    it.each<[string, number, RequestHandler]>([
      ['threw', 500, () => Promise.reject(new Error('after the row'))],
      [
        'threw what is a 402',
        402,
        () => Promise.reject(Object.assign(new Error('no'), { status: 402 })),
      ],
      ['answered 500', 500, (_request, response) => void response.status(500).json({})],
      ['answered 503', 503, (_request, response) => void response.status(503).json({})],
    ])(
      'is rolled back where the handler %s, and the next request runs',
      async (what, status, first) => {
        let count = 0;
        const { post, orders } = await start((request, response, next) => {
          count += 1;
          return count === 1 ? first(request, response, next) : response.json({ count });
        });
        expect((await post(what.replaceAll(' ', '-'))).status).toBe(status);
        expect(await orders()).toBe(0);
        const second = await post(what.replaceAll(' ', '-'));
        expect([second.status, json(second)]).toEqual([200, { count: 2 }]);
        expect((await post(what.replaceAll(' ', '-'))).headers['idempotent-replayed']).toBe('true');
        expect(await orders()).toBe(1);
      },
    );

    it('keeps a refusal that was answered, with its rows', async () => {
      const { post, orders, runs } = await start((_request, response) => {
        response.status(402).json({});
      });
      expect((await post('refused')).status).toBe(402);
      expect((await post('refused')).headers['idempotent-replayed']).toBe('true');
      expect([runs(), await orders()]).toEqual([1, 1]);
    });

    it('has large answers, as many at once as there are connections, and more', async () => {
      const { post, orders } = await start((_request, response) => {
        response.send('x'.repeat(600_000));
      });
      const keys = Array.from({ length: 8 }, (_, index) => `large-${index}`);
      const first = await Promise.all(keys.map(post));
      const second = await Promise.all(keys.map(post));
      for (const { status, body } of [...first, ...second]) {
        expect([status, body.length]).toEqual([200, 600_000]);
      }
      for (const { headers } of second) expect(headers['idempotent-replayed']).toBe('true');
      expect(await orders()).toBe(8);
    });

    it.runIf(name === 'PostgreSQL')(
      'that cannot be committed is told, and nothing is there',
      async () => {
        let isBroken = true;
        const { post, orders } = await start(async (request, response) => {
          const { tx } = idem<Tx>(request);
          await tx.query(
            'CREATE TABLE IF NOT EXISTS late (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)',
          );
          await tx.query(`INSERT INTO late VALUES (1)${isBroken ? ', (1)' : ''}`);
          response.status(201).json({ id: 1 });
        });
        expect((await post('late')).status).toBe(500);
        expect(await orders()).toBe(0);
        isBroken = false;
        expect((await post('late')).status).toBe(201);
        expect(await orders()).toBe(1);
      },
    );
  },
);
