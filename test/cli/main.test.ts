import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { MAIN } from '../support/cli.ts';

/** Runs the program in a Node that says it is of that version. */
function under(version: string) {
  const versions = `{ value: { ...process.versions, node: '${version}' } }`;
  const pretend = `data:text/javascript,Object.defineProperty(process, 'versions', ${versions})`;
  const args = ['--import', pretend, MAIN, '--version'];
  return spawnSync(process.execPath, args, { encoding: 'utf8' });
}

describe('the program', () => {
  it.each(['20.19.0', '22.17.1'])('says that Node %s is too old', (version) => {
    const { status, stdout, stderr } = under(version);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toBe(`runtwice: needs Node.js 22.18 or later; this is ${version}.\n`);
  });

  it.each(['22.18.0', '23.0.0', '24.0.0', '100.1.0'])('runs under Node %s', (version) => {
    expect(under(version)).toMatchObject({ status: 0, stderr: '' });
  });

  it('prints no warning of Node', () => {
    expect(spawnSync(process.execPath, [MAIN], { encoding: 'utf8' }).stderr).toBe('');
  });
});
