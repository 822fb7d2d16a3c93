import { chmodSync, symlinkSync } from 'node:fs';
import { expect, it } from 'vitest';
import { visibleFolders } from '../../../src/check/sandbox/visible.ts';
import { folder } from '../../support/cli.ts';

it('are those that are named and hidden, and not those that are seen anyway', () => {
  expect(visibleFolders(['sh'], ['/tmp/tools', '/usr/lib', '/tmp'], '/srv/app')).toEqual([
    '/tmp/tools',
  ]);
});

it('are that of the program, and of what it is a link to', () => {
  const [bin, real] = [folder(), folder({ 'run.sh': '#!/bin/sh\n' })];
  chmodSync(`${real}/run.sh`, 0o755);
  symlinkSync(`${real}/run.sh`, `${bin}/tool`);
  expect(visibleFolders([`${bin}/tool`], [], '/srv/app').sort()).toEqual([bin, real].sort());
});

it('are none inside of another, and none of the copy', () => {
  const all = visibleFolders(['sh'], ['/tmp/a/b', '/tmp/a', '/tmp/app/bin'], '/tmp/app');
  expect(all).toEqual(['/tmp/a']);
});
