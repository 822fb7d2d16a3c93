import { mkdirSync, openSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportFiles } from '../../../src/ensure/files/index.ts';
import { runExport } from '../../support/files-run.ts';
import {
  bytesPath,
  contentsOf,
  leftoversIn,
  manifestOf,
  plant,
  type Tree,
  workFolder,
} from '../../support/tree.ts';

/** Exports twice: everything arrives as it is, and the second run changes nothing. */
async function expectExported(from: string, to: string, files: number): Promise<void> {
  const first = await exportFiles(from, to);
  expect(first.counts).toMatchObject({ created: files, failed: 0, differs: 0 });
  expect(contentsOf(to)).toEqual(contentsOf(from));
  const before = manifestOf(to);
  const second = await exportFiles(from, to);
  expect(second.counts).toMatchObject({ created: 0, unchanged: files });
  expect(manifestOf(to)).toEqual(before);
}

describe('names', () => {
  it('a name that is no valid UTF-8 is exported byte for byte', async () => {
    const { from, to } = workFolder();
    const names = [[0xff, 0xfe, 0x2e, 0x74], [0x80], [0x61, 0xc3], [0xed, 0xa0, 0x80]];
    for (const name of names) writeFileSync(bytesPath(from, Buffer.from(name)), String(name));
    await expectExported(from, to, names.length);
    expect(readdirSync(to, { encoding: 'latin1' }).sort()).toEqual(
      names.map((name) => Buffer.from(name).toString('latin1')).sort(),
    );
  });

  it('two names that only look the same once decoded stay two files', async () => {
    const { from, to } = workFolder();
    for (const byte of [0xfe, 0xff]) {
      writeFileSync(bytesPath(from, Buffer.from([0x61, byte])), `byte ${byte}`);
    }
    await expectExported(from, to, 2);
  });

  it('folders that are no valid UTF-8 are exported with what is in them', async () => {
    const { from, to } = workFolder();
    const folder = bytesPath(from, Buffer.from([0xe9]));
    mkdirSync(folder);
    writeFileSync(Buffer.concat([folder, Buffer.from('/é.txt')]), 'inside');
    await expectExported(from, to, 1);
  });

  it('a name of 255 bytes is exported', async () => {
    const { from, to } = workFolder({
      ['n'.repeat(255)]: 'ascii',
      ['é'.repeat(127)]: 'two bytes a letter',
    });
    await expectExported(from, to, 2);
  });

  it('names that shells and programs trip over are exported as they are', async () => {
    const odd = [
      'new\nline.txt',
      'tab\t.txt',
      '-rf',
      '--json',
      '.hidden',
      '..two-dots',
      '...',
      ' leading and trailing ',
      'trailing dot.',
      'quote\'"`.txt',
      'back\\slash',
      'CON',
      'NUL.txt',
      'a:b',
      '$HOME',
      '*.txt',
      '[a-z]?',
      '{a,b}',
      '%41',
      '~',
      '\u{1b}[31mred',
      '\u202egnp.exe',
      '\u{1f600}',
    ];
    const { from, to } = workFolder(
      Object.fromEntries(odd.map((name) => [name, `I am ${JSON.stringify(name)}`])),
    );
    await expectExported(from, to, odd.length);
  });

  it('names of members that every object has are names like others', async () => {
    const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '0'];
    const tree: Tree = Object.fromEntries([
      ...names.map((name) => [name, `I am ${name}`]),
      ['folder', Object.fromEntries(names.map((name) => [name, 'inside']))],
    ]);
    const { from, to } = workFolder(tree);
    await expectExported(from, to, 2 * names.length);
  });

  it('names that start with a dash are exported from the command line, after --', () => {
    const { root, from, to } = workFolder({ '-rf': 'dash', '--json': 'dashes' });
    const { status } = runExport(['--', join(from, '-rf'), join(from, '--json'), to]);
    expect(status).toBe(0);
    expect(contentsOf(to)).toEqual({ '-rf': 'dash', '--json': 'dashes' });
    expect(contentsOf(root)).toHaveProperty(['to/-rf']);
  });

  it('a source path longer than the system takes is a named failure, the rest is exported', async () => {
    const { from, to } = workFolder({ 'short.txt': 'short' });
    plantDeep(from, 5000);
    const report = await exportFiles(from, to);
    expect(report.counts).toMatchObject({ created: 1, failed: 1 });
    expect(report.items[0]?.reason).toContain('name too long');
    expect(contentsOf(to)).toEqual({ 'short.txt': 'short' });
  });

  it('a target path longer than the system takes is a named failure, on every run', async () => {
    const { root, from } = workFolder({ 'short.txt': 'short' });
    plantDeep(from, 3000);
    const to = join(root, ...Array.from({ length: 6 }, () => 'd'.repeat(200)));
    const report = await exportFiles(from, to);
    expect(report.counts).toMatchObject({ created: 1, failed: 1 });
    expect(report.items[0]?.reason).toContain('longer than 4095 bytes');
    const again = await exportFiles(from, to);
    expect(again.counts).toMatchObject({ unchanged: 1, failed: 1 });
  });

  it('a source file named like a working folder is refused by name, and never swept', async () => {
    const name = '.runtwice-stage.00000000.00000000.1.1.00000000';
    const { from, to } = workFolder({ [name]: 'mine', 'a.txt': 'a' });
    plant(join(from, 'sub'), { [name]: { 'b.txt': 'also mine' } });
    const report = await exportFiles(from, to);
    expect(report.counts).toMatchObject({ created: 1, failed: 2 });
    expect(report.items[0]?.reason).toContain('reserved');
    expect(contentsOf(from)).toHaveProperty([name], 'mine');
    expect(leftoversIn(to)).toEqual([]);
  });

  it('a destination file named like a working folder is not swept', async () => {
    const name = '.runtwice-stage.00000000.00000000.1.1.00000000';
    const { from, to } = workFolder({ 'a.txt': 'a' });
    plant(to, { [name]: 'somebody’s' });
    const report = await exportFiles(from, to);
    expect(report.details?.recovered).toBe(0);
    expect(contentsOf(to)[name]).toContain('somebody');
  });

  it('a working folder with something in it that no export made is left alone', async () => {
    const name = '.runtwice-stage.00000000.00000000.1.1.00000000';
    const { from, to } = workFolder({ 'a.txt': 'a' });
    plant(to, { [name]: { folder: { 'precious.txt': 'precious' } } });
    await exportFiles(from, to);
    expect(contentsOf(to)[`${name}/folder/precious.txt`]).toBe('precious');
  });
});

/** A file so deep that its path has at least that many bytes; made piece by piece. */
function plantDeep(from: string, bytes: number): void {
  const name = 'd'.repeat(200);
  let at = from;
  for (let length = from.length; length < bytes; length += name.length + 1) {
    mkdirSync(join(at, name));
    at = `/proc/self/fd/${openSync(join(at, name), 'r')}`;
  }
  writeFileSync(join(at, 'deep.txt'), 'deep');
}
