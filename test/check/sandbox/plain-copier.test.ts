import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PlainCopier } from '../../../src/check/sandbox/plain-copier.ts';
import { tempFolder } from '../../support/tree.ts';

it('copies made without a helper tell what has become of them, and are made again', async () => {
  const [from, root] = [tempFolder(), tempFolder()];
  mkdirSync(join(from, 'd/e'), { recursive: true });
  for (const name of ['a', 'b', 'd/c', 'd/e/f', 'ä']) writeFileSync(join(from, name), name);
  symlinkSync('nowhere', join(from, 'link'));
  const [copier, copy, stamps] = [new PlainCopier(), join(root, 'copy'), join(root, 'stamps')];
  const changes = async () => (await copier.changes(from, copy, stamps)).sort();
  await copier.copy(from, copy, stamps);
  expect(await changes()).toEqual([]);
  expect(readlinkSync(join(copy, 'link'))).toBe('nowhere');
  appendFileSync(join(copy, 'a'), 'more');
  writeFileSync(join(copy, 'd/c'), 'd/c');
  writeFileSync(join(copy, 'ä'), 'x');
  rmSync(join(copy, 'd/e'), { recursive: true });
  mkdirSync(join(copy, 'new/below'), { recursive: true });
  chmodSync(join(copy, 'b'), 0o600);
  const names = ['a', 'b', 'd/c', 'd/e', 'd/e/f', 'new', Buffer.from('ä').toString('latin1')];
  expect(await changes()).toEqual(names.sort());
  await copier.copy(from, copy, stamps);
  expect(await changes()).toEqual([]);
  expect(readdirSync(copy)).toEqual(readdirSync(from));
  expect(readFileSync(join(copy, 'd/e/f'), 'utf8')).toBe('d/e/f');
  await expect(copier.copy(join(from, 'no'), copy)).rejects.toThrow('the folder cannot be copied');
});
