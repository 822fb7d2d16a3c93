// What people write by hand for Express: two round trips for a new key, one for a known one.
import { hash } from 'node:crypto';
import { pgPool, redisClient } from './ledger.mjs';

/** SET NX GET claims the key or gets what is there; SET records the answer. */
export async function byHandOnRedis() {
  const client = await redisClient();
  return async (request, response, next) => {
    const { name, print } = asked(request);
    const claim = JSON.stringify({ print });
    const before = await client.set(name, claim, { condition: 'NX', GET: true, expiration: DAY });
    if (before !== null) return replay(response, print, JSON.parse(before));
    record(response, next, (status, body) =>
      client.set(name, JSON.stringify({ print, status, body }), { expiration: DAY }),
    );
    next();
  };
}

const DAY = { type: 'EX', value: 86_400 };

/** INSERT ON CONFLICT claims the key; UPDATE records the answer. */
export async function byHandOnPostgres() {
  const pool = pgPool();
  await pool.query(
    'CREATE TABLE by_hand (name text PRIMARY KEY, print text, status int, body text) WITH (fillfactor = 85)',
  );
  return async (request, response, next) => {
    const { name, print } = asked(request);
    const { rowCount } = await pool.query({ ...INSERT, values: [name, print] });
    if (rowCount === 0) {
      const { rows } = await pool.query({ ...SELECT, values: [name] });
      return replay(response, print, rows[0]);
    }
    record(response, next, (status, body) =>
      pool.query({ ...UPDATE, values: [name, status, body] }),
    );
    next();
  };
}

const INSERT = {
  name: 'insert',
  text: 'INSERT INTO by_hand VALUES ($1, $2, NULL, NULL) ON CONFLICT DO NOTHING',
};
const UPDATE = {
  name: 'update',
  text: 'UPDATE by_hand SET status = $2, body = $3 WHERE name = $1',
};
const SELECT = { name: 'select', text: 'SELECT print, status, body FROM by_hand WHERE name = $1' };

function asked({ headers, path, body }) {
  const name = `by-hand:${headers.authorization}:${path}:${headers['idempotency-key']}`;
  return { name, print: hash('sha256', JSON.stringify(body)) };
}

function replay(response, print, before) {
  if (before.print !== print) return response.status(422).end();
  if (before.status === undefined || before.status === null) return response.status(409).end();
  response.set('idempotent-replayed', 'true');
  return response.status(before.status).type('json').send(before.body);
}

/** Holds the answer until it is recorded. */
function record(response, next, save) {
  response.json = (value) => {
    const body = JSON.stringify(value);
    save(response.statusCode, body).then(() => response.type('json').send(body), next);
    return response;
  };
}
