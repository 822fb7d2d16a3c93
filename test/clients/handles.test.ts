import { DatabaseSync } from 'node:sqlite';
import mysqlCallbacks from 'mysql2';
import mysql from 'mysql2/promise';
import pg from 'pg';
import postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { type Handle, handleClient, MARK, markedIn } from '../../src/clients/handle.ts';
import { handleOf } from '../../src/clients/handles.ts';
import { knexHandle } from '../../src/clients/knex.ts';
import { handleSql } from '../../src/clients/mysql.ts';
import { statement } from '../../src/clients/sql.ts';

const run = async () => {};

describe('a handle', () => {
  it.each([
    ['a pool of pg', () => new pg.Pool()],
    ['a client of pg', () => new pg.Client()],
    ['postgres.js', () => postgres()],
    ['a pool of mysql2', () => mysqlCallbacks.createPool({})],
    ['a pool of mysql2 with promises', () => mysql.createPool({})],
    ['a file of SQLite', () => new DatabaseSync(':memory:')],
    [
      'a client with a method of the user’s own',
      () => ({ execute: run, raw: run, transaction: run }),
    ],
    ['nothing', () => undefined],
  ])('is not %s', (_, make) => {
    expect(handleOf(make())).toBeUndefined();
  });
});

describe('what a library replies', () => {
  const said = `${MARK}[{"a":"x","b":null,"c":5}]`;
  const replying = (reply: unknown): Handle => ({
    library: 'a library',
    isTransaction: true,
    query: async () => reply,
    begin: async () => {},
  });
  const ask = (reply: unknown) => handleClient(replying(reply)).query(statement('test', ''), []);

  it.each([
    ['rows', [{ reply: said }]],
    ['a reply with rows', { command: 'SELECT', rows: [{ reply: said }], fields: [{}] }],
    ['rows as arrays', { rows: [[said]] }],
    ['rows and fields', [[{ REPLY: said }], [{}]]],
    ['rows and fields that were copied', [{ 0: { REPLY: said } }, {}]],
  ])('is found in %s', async (_, reply) => {
    expect(await ask(reply)).toEqual([['x', null, '5']]);
  });

  it.each([
    ['nothing', undefined],
    ['no rows', { rows: [] }],
    ['a count', { rowCount: 1 }],
    ['a text that was changed', [{ reply: said.toUpperCase() }]],
  ])('is missed in %s', async (_, reply) => {
    await expect(ask(reply)).rejects.toThrow('changes what raw queries reply');
  });

  it('is not looked for without end', () => {
    const circle: unknown[] = [];
    circle.push(circle, { circle });
    expect(markedIn(circle)).toBeUndefined();
    expect(markedIn([new Uint8Array(1e6)])).toBeUndefined();
  });
});

describe('what a library replies of MySQL', () => {
  const reply = async (rows: unknown) =>
    handleSql({
      library: 'a library',
      isTransaction: true,
      query: async () => rows,
      begin: async () => {},
    }).query('', []);

  it('is numbers, and bytes or nothing', async () => {
    const { rows } = await reply([[{ reply: `${MARK}1 2,x,x41C3A9,-,-,x2C` }], []]);
    expect(rows).toEqual([['1 2', '', 'Aé', null, null, ',']]);
  });

  it('has no rows where something was changed', async () => {
    expect(await reply([{ affectedRows: 1 }, undefined])).toMatchObject({ rows: [], affected: 0 });
  });
});

describe('what a library is asked', () => {
  it('is texts alone', async () => {
    const asked: unknown[] = [];
    const handle: Handle = {
      library: 'a library',
      isTransaction: true,
      query: async (...query) => {
        asked.push(query);
        return [{ reply: `${MARK}[]` }];
      },
      begin: async () => {},
    };
    const values = [Buffer.from([0, 255]), 2 ** 53 - 1, null, "'?$1", true];
    expect(await handleClient(handle).query(statement('test', '$1'), values)).toEqual([]);
    expect(asked).toEqual([['$1', ['\\x00ff', `${2 ** 53 - 1}`, null, "'?$1", 'true']]]);
  });

  it('has the places of knex', async () => {
    const asked: string[] = [];
    const raw = async (text: string) => asked.push(text);
    await knexHandle({ raw, transaction: async () => {} }).query('$1::text, $2::text, $10', []);
    expect(asked).toEqual(['?::text, ?::text, ?']);
  });
});
