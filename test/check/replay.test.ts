import { describe, expect, it } from 'vitest';
import { flagsOf } from '../../src/check/replay.ts';

describe('what a check was told', () => {
  it('is in the command that shows a finding again', () => {
    const flags = flagsOf({
      timeout: '5s',
      env: ['API_KEY'],
      visible: ['/tmp/a'],
      ignore: [{ glob: 'b/**', because: 'it is built' }],
      answers: [{ url: '*' }],
      allow: ['localhost:80'],
    });
    expect(flags).toEqual([
      ...['--timeout', '5s', '--env', 'API_KEY', '--visible', '/tmp/a'],
      ...['--ignore', 'b/**', '--because', 'it is built'],
      ...['--answers', 'FILE', '--allow', 'localhost:80'],
    ]);
  });

  it('is there without the passwords of databases', () => {
    const database = { url: 'postgres://me:secret@localhost/shop', variable: 'SHOP', client: {} };
    expect(flagsOf({ databases: [database as never] })).toEqual([
      '--db',
      'SHOP=postgres://me@localhost/shop',
    ]);
  });

  it('is nothing where it was told nothing', () => {
    expect(flagsOf({ budget: '1m', only: ['twice'] })).toEqual([]);
  });
});
