import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { orderViolations, TRACED } from '../support/crash-order.ts';
import { HAS_STRACE, strace } from '../support/crash-strace.ts';
import { smallSource } from '../support/crash-tree.ts';
import { requireOrSay } from '../support/require.ts';

const canTrace = requireOrSay(HAS_STRACE, 'strace', 'the order of writes and syncs');

describe.runIf(canTrace)('a power cut', () => {
  it.each(['group', 'file'])(
    'finds no name whose bytes were not synced before (--durability %s)',
    async (level) => {
      expect(orderViolations(await traceOf(level))).toEqual([]);
    },
  );

  it('could find one with --durability none, which promises nothing', async () => {
    const rules = orderViolations(await traceOf('none')).map(({ rule }) => rule);
    expect(rules).toContain('bytes after name');
    expect(rules).toContain('name not synced');
  });
});

async function traceOf(level: string): Promise<string> {
  const { root, from, to } = smallSource();
  const log = join(root, 'log');
  const { code } = await strace(
    ['-f', '-y', '-s', '200', '-e', `trace=${TRACED}`, '-o', log],
    ['--durability', level, from, to],
  );
  expect(code).toBe(0);
  return readFileSync(log, 'utf8');
}
