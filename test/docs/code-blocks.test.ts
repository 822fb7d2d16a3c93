import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Block, blocksOf, stepsOf } from './blocks.ts';

const DOCUMENTS = ['README.md', ...readdirSync('docs').map((name) => join('docs', name))].filter(
  (path) => path.endsWith('.md'),
);
/** Inside the package, so that its own name leads to its exports. */
const INSIDE = resolve('.cache', 'docs');
let bin: string;

beforeAll(() => {
  bin = mkdtempSync(join(tmpdir(), 'runtwice-bin-'));
  const main = resolve('dist', 'cli', 'main.js');
  writeFileSync(join(bin, 'runtwice'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  chmodSync(join(bin, 'runtwice'), 0o755);
  rmSync(INSIDE, { recursive: true, force: true });
  mkdirSync(INSIDE, { recursive: true });
});

afterAll(() => rmSync(bin, { recursive: true, force: true }));

describe.each(DOCUMENTS)('the code in %s', (document) => {
  const blocks = blocksOf(document);

  it('is in languages that are run here', () => {
    const run = ['console', 'ts', 'sh'];
    expect(blocks.filter(({ language }) => !run.includes(language))).toEqual([]);
  });

  it.each(only(blocks, 'console'))('prints what line $line says', ({ text }) => {
    const folder = makeSample();
    try {
      for (const { command, output } of stepsOf(text)) {
        expect(steady(shell(command, folder)), command).toBe(steady(output));
      }
    } finally {
      endLeft(folder);
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it.each(only(blocks, 'ts'))('compiles and runs at line $line', ({ text, line }) => {
    const name = `${document.replaceAll(/\W/gu, '-')}-${line}`;
    const folder = join(INSIDE, name);
    cpSync(makeSample(), folder, { recursive: true });
    writeFileSync(join(folder, 'block.ts'), text);
    const program = spawnSync(process.execPath, ['block.ts'], { cwd: folder, encoding: 'utf8' });
    expect(program, program.stderr).toMatchObject({ status: 0 });
    const tsc = resolve('node_modules', 'typescript', 'bin', 'tsc');
    const strict = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2024',
      '--skipLibCheck',
    ];
    const types = ['--types', 'node', '--typeRoots', resolve('node_modules', '@types')];
    const args = [tsc, '--ignoreConfig', ...strict, ...types, join(folder, 'block.ts')];
    const check = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(check, check.stdout).toMatchObject({ status: 0 });
  });

  it.each(only(blocks, 'sh'))('installs by name at line $line', ({ text }) => {
    const commands = text.trim().split('\n');
    const install = /^npm install (--global )?runtwice\b/u;
    expect(commands.filter((command) => !install.test(command))).toEqual([]);
  });
});

function only(blocks: readonly Block[], wanted: string): Block[] {
  return blocks.filter(({ language }) => language === wanted);
}

/** A folder `work` with five files. */
function makeSample(): string {
  const folder = mkdtempSync(join(tmpdir(), 'runtwice-docs-'));
  const work = join(folder, 'work');
  mkdirSync(join(work, 'img'), { recursive: true });
  writeFileSync(join(work, 'notes.txt'), 'notes\n');
  writeFileSync(join(work, 'read me.md'), 'me\n');
  writeFileSync(join(work, 'cover.jpg'), 'jpg\n');
  writeFileSync(join(work, 'img', 'one.png'), Buffer.alloc(1024, 1));
  writeFileSync(join(work, 'img', 'two.png'), Buffer.alloc(1012, 2));
  return folder;
}

function shell(command: string, cwd: string): string {
  // What a check withholds of the variables is the machine's, so it gets few.
  const env = {
    HOME: process.env['HOME'],
    PATH: `${bin}${delimiter}${process.env['PATH']}`,
    LC_ALL: 'C.UTF-8',
    NO_COLOR: '1',
    RUNTWICE_LEDGER: 'sqlite:ledger.db',
  };
  const { stdout, stderr } = spawnSync('sh', ['-c', command], { cwd, env, encoding: 'utf8' });
  return `${stdout}${stderr}`;
}

/** What a block that failed did not come to end. */
function endLeft(folder: string): void {
  const files = readdirSync(folder).filter((name) => name.endsWith('.pid'));
  for (const file of files) {
    spawnSync('kill', [readFileSync(join(folder, file), 'utf8').trim()]);
  }
}

/** Durations are the machine's, and times the day's. */
function steady(text: string): string {
  return text
    .replaceAll(/\b\d+\.\d s\b/gu, '0.1 s')
    .replaceAll(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/gu, '2026-11-24T02:00:00.000Z')
    .replaceAll(/\b\d{4}-\d\d-\d\d\b/gu, '2026-11-24');
}
