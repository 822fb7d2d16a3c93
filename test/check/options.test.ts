import { describe, expect, it } from 'vitest';
import { type CheckOptions, checkCommand } from '../../src/check/index.ts';

const REDIS = { url: 'redis://127.0.0.1/1', client: { createClient: () => {} } };

const WRONG: [why: string, command: unknown, options: object][] = [
  ['no list of words', [], {}],
  ['no list of words', [''], {}],
  ['no list of words', 'true', {}],
  ['no list of words', ['true', 1], {}],
  ['no scenario thrice', ['true'], { only: ['thrice'] }],
  ['no scenario', ['true'], { only: [] }],
  ['"fire 1" is no fault', ['true'], { fault: 'fire 1' }],
  ['"cut-before 0" is no fault', ['true'], { fault: 'cut-before 0' }],
  ['"EIO" is no fault', ['true'], { fault: 'EIO' }],
  ['"x" is no effect', ['true'], { fault: 'EIO x' }],
  ['is no folder', ['true'], { folder: 'no/such/folder' }],
  ['timeout is no duration', ['true'], { timeout: 'soon' }],
  ['"" is no variable', ['true'], { mail: [''] }],
  ['budget is no duration', ['true'], { budget: -1 }],
  ['a kind that is known', ['true'], { databases: [{ url: 'mongodb://x/y', client: {} }] }],
  ['a kind that is known', ['true'], { databases: [{ url: 'x', client: {} }] }],
  ['the client is not pg', ['true'], { databases: [{ url: 'postgres://x/y', client: {} }] }],
  ['is no variable', ['true'], { databases: [{ ...REDIS, variable: 'A-B' }] }],
  ['two are to be in the variable REDIS_URL', ['true'], { databases: [REDIS, REDIS] }],
];

describe('a check that cannot be', () => {
  it.each(WRONG)('is refused: %s (%j %j)', async (why, command, options) => {
    const check = checkCommand(command as string[], options as CheckOptions);
    await expect(check).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_INVALID_ARGUMENT',
      message: expect.stringContaining(why),
    });
  });
});
