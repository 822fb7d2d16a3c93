import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { changesOf, counted } from '../../../../src/check/observers/files/changes.ts';
import { entriesAt, type Manifest } from '../../../../src/check/observers/files/manifest.ts';
import { folder } from '../../../support/cli.ts';
import { requireOrSay } from '../../../support/require.ts';

const isThere = requireOrSay(spawnSync('git', ['--version']).status === 0, 'git', 'repositories');

/** A scratch folder with a repository in it that has one commit. */
function repository(): { scratch: string; git: (...args: string[]) => void } {
  const scratch = folder();
  for (const part of ['work', 'tmp', 'home']) mkdirSync(join(scratch, part));
  const cwd = join(scratch, 'work');
  const who = ['-c', 'user.name=me', '-c', 'user.email=me@example.com'];
  const git = (...args: string[]) => void execFileSync('git', [...who, ...args], { cwd });
  writeFileSync(join(cwd, 'a.txt'), 'a');
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-q', '-m', 'one');
  return { scratch, git };
}

function changed(before: Manifest, after: Manifest): string[] {
  return counted(changesOf(before, after)).map(({ path }) => path);
}

describe.runIf(isThere)('a repository', () => {
  it('is not changed by being packed', () => {
    const { scratch, git } = repository();
    const before = entriesAt(scratch, 'work');
    git('gc', '-q');
    const after = entriesAt(scratch, 'work', { before });
    expect(changed(before, after).filter((path) => path.startsWith('.git/refs'))).toEqual([]);
    expect(after.get('.git/objects')?.content).toBe(before.get('.git/objects')?.content);
  });

  it('is changed by a commit, also by an empty one', () => {
    const { scratch, git } = repository();
    const before = entriesAt(scratch, 'work');
    git('commit', '-q', '--allow-empty', '-m', 'two');
    const after = entriesAt(scratch, 'work', { before });
    expect(changed(before, after)).toContain('.git/refs/heads/main');
    expect(after.get('.git/objects')?.content).not.toBe(before.get('.git/objects')?.content);
    expect(changed(before, after)).not.toContain('.git/refs/heads/main (tree)');
  });

  it('is changed by what is added to the index, and not by an index that is written again', () => {
    const { scratch, git } = repository();
    const before = entriesAt(scratch, 'work');
    git('reset', '-q', '--hard');
    const again = entriesAt(scratch, 'work', { before });
    expect(changed(before, again)).not.toContain('.git/index');
    writeFileSync(join(scratch, 'work', 'b.txt'), 'b');
    git('add', '.');
    expect(changed(again, entriesAt(scratch, 'work', { before: again }))).toContain('.git/index');
  });

  it('shows what a killed one left, and is not the same where an object is lost', () => {
    const { scratch } = repository();
    const objects = join(scratch, 'work', '.git', 'objects');
    const before = entriesAt(scratch, 'work');
    writeFileSync(join(scratch, 'work', '.git', 'refs', 'heads', 'main.lock'), '');
    const locked = entriesAt(scratch, 'work', { before });
    expect(changed(before, locked)).toEqual(['.git/refs/heads/main.lock']);
    rmSync(join(objects, readdirSync(objects)[0] ?? ''), { recursive: true });
    expect(changed(locked, entriesAt(scratch, 'work', { before: locked })).length).toBeGreaterThan(
      3,
    );
  });

  it('is not changed by what git notes for whoever types', () => {
    const { scratch } = repository();
    const before = entriesAt(scratch, 'work');
    const note = (name: string) => writeFileSync(join(scratch, 'work', '.git', name), 'abc');
    note('ORIG_HEAD');
    expect(changed(before, entriesAt(scratch, 'work', { before }))).toEqual([]);
    note('MERGE_HEAD');
    expect(changed(before, entriesAt(scratch, 'work', { before }))).toEqual(['.git/MERGE_HEAD']);
  });

  it('is only read', () => {
    const { scratch } = repository();
    const index = join(scratch, 'work', '.git', 'index');
    const before = statSync(index, { bigint: true }).mtimeNs;
    entriesAt(scratch, 'work');
    expect(statSync(index, { bigint: true }).mtimeNs).toBe(before);
    expect(readdirSync(join(scratch, 'work', '.git'))).not.toContain('index.lock');
  });
});
