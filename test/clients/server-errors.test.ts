import { describe, expect, it } from 'vitest';
import { mysqlErrno } from '../../src/clients/mysql-errno.ts';
import { sqlState } from '../../src/clients/sql-state.ts';

const error = (more: object) => Object.assign(new Error('failed'), more);
const wrapped = (cause: unknown) => new Error('Failed query', { cause });
const cyclic = error({});
cyclic.cause = cyclic;

describe('the code of an error of PostgreSQL', () => {
  it.each([
    ['pg', error({ code: '40001' }), '40001'],
    ['a wrapping library', wrapped(error({ code: '55P03' })), '55P03'],
    ['one that wraps twice', wrapped(wrapped(error({ code: 'P0001' }))), 'P0001'],
    [
      'Prisma',
      error({
        code: 'P2010',
        meta: { driverAdapterError: error({ cause: { originalCode: '40P01', kind: 'postgres' } }) },
      }),
      '40P01',
    ],
    ['an adapter of Prisma', error({ cause: { originalCode: '23505' } }), '23505'],
  ])('is found in that of %s', (_, thrown, code) => {
    expect(sqlState(thrown)).toBe(code);
  });

  it.each([
    ['a connection', error({ code: 'ECONNRESET' })],
    ['a write to a connection that is gone', error({ code: 'EPIPE' })],
    ['Prisma itself', error({ code: 'P2028', meta: null })],
    ['another', error({ code: 40001 })],
    ['a circle', cyclic],
    ['a text', '40001'],
    ['nothing', undefined],
  ])('is not in that of %s', (_, thrown) => {
    expect(sqlState(thrown)).toBe('');
  });
});

describe('the number of an error of MySQL', () => {
  const deadlock = error({ errno: 1213, sqlState: '40001' });

  it('is found, also where a library wrapped it', () => {
    expect([deadlock, wrapped(deadlock), wrapped(wrapped(deadlock))].map(mysqlErrno)).toEqual([
      1213, 1213, 1213,
    ]);
  });

  it('is not in those of others', () => {
    const others = [error({ errno: -104, code: 'ECONNRESET' }), cyclic, '1213', undefined];
    expect(others.map(mysqlErrno)).toEqual([0, 0, 0, 0]);
  });
});
