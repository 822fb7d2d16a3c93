import { expect, it } from 'vitest';
import { hereEnv } from '../../../src/check/sandbox/here.ts';

it('variables that name a folder lead into the copy, or are left out', () => {
  const real = '/srv/shop';
  const env = { PWD: real, OLDPWD: real, INIT_CWD: real, XDG_CACHE_HOME: real, LANG: 'C' };
  expect(hereEnv(env, '/tmp/copy/here')).toEqual({
    LANG: 'C',
    HOME: '/tmp/copy/here/home',
    PWD: '/tmp/copy/here/work',
    TMPDIR: '/tmp/copy/here/tmp',
    TMP: '/tmp/copy/here/tmp',
    TEMP: '/tmp/copy/here/tmp',
  });
});
