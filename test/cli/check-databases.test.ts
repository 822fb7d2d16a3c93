import { describe, expect, it } from 'vitest';
import { databasesOf } from '../../src/cli/check-databases.ts';

describe('--db', () => {
  it('is a URL, or a variable and a URL', async () => {
    const databases = await databasesOf([
      'postgres://u@h/d?sslmode=a=b',
      'SHOP_URL=mysql://u:p=q@h/d',
      'rediss://h:1/2',
    ]);
    expect(databases).toEqual([
      { url: 'postgres://u@h/d?sslmode=a=b', client: expect.objectContaining({}) },
      { variable: 'SHOP_URL', url: 'mysql://u:p=q@h/d', client: expect.objectContaining({}) },
      { url: 'rediss://h:1/2', client: expect.objectContaining({}) },
    ]);
  });

  it.each(['', 'x', 'A=', 'http://x', 'constructor://x', 'A B=redis://x'])(
    'refuses %j, and does not show it',
    async (value) => {
      const error = await databasesOf([value]).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'ERR_RUNTWICE_USAGE' });
      expect((error as Error).message).toBe('--db is no URL of a database');
    },
  );
});
