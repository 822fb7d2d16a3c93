import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { findProcess } from '../../src/once/host.ts';
import { isOwnerAlive, newOwner, processText } from '../../src/once/owner.ts';

describe.runIf(process.platform === 'linux')('an owner', () => {
  it('has a token of its own, short enough for every store', () => {
    const tokens = new Set(Array.from({ length: 1000 }, newOwner));
    expect(tokens.size).toBe(1000);
    for (const token of tokens) expect(token.length).toBeLessThanOrEqual(128);
  });

  it('lives while its process does', async () => {
    const child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    const [host] = newOwner().split('/');
    const found = findProcess(child.pid ?? 0);
    const owner = `${host}/${found && processText(found)}/random`;
    expect([isOwnerAlive(newOwner()), isOwnerAlive(owner)]).toEqual([true, true]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isOwnerAlive(owner)).toBe(false);
    expect(
      isOwnerAlive(owner, [processText(findProcess(process.pid) ?? { pid: 0, start: '' })]),
    ).toBe(true);
  });

  it('is another than a later process with the same number', () => {
    const [host] = newOwner().split('/');
    expect(isOwnerAlive(`${host}/${process.pid}:1/random`)).toBe(false);
  });

  it('on another host cannot be seen', () => {
    expect(isOwnerAlive('elsewhere/1:1/random')).toBeUndefined();
    expect(isOwnerAlive('//random')).toBeUndefined();
  });
});
