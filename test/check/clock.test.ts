// The clock of programs that do not ask for the time as most do.
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answersOf, canCheck, check, isInstalled } from '../support/check.ts';
import { folder } from '../support/cli.ts';
import { requireOrSay } from '../support/require.ts';

const PART = 'the clock of programs in C';
const ONLY = ['--only', 'another-day'];

/** A file with the day; then waits until a moment of the clock, in two ways. */
const SOURCE = `#include <semaphore.h>
#include <stdio.h>
#include <time.h>
int main(void) {
  char day[20];
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  strftime(day, sizeof day, "%F", gmtime(&until.tv_sec));
  fclose(fopen(day, "w"));
  until.tv_sec += 1;
  long wanted = until.tv_sec;
  clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &until, NULL);
  sem_t never;
  sem_init(&never, 0, 0);
  sem_timedwait(&never, &until);
  return until.tv_sec != wanted || time(NULL) < wanted || time(NULL) > wanted + 30;
}
`;

function built(compiler: string, flags: readonly string[]): Buffer {
  const path = folder({ 'day.c': SOURCE });
  const args = ['-D_GNU_SOURCE', ...flags, '-o', 'day', 'day.c'];
  const { status, stderr } = spawnSync(compiler, args, { cwd: path, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return readFileSync(join(path, 'day'));
}

/** A program that ends at once, for an older processor. */
function i386(): Buffer {
  const [start, code] = [0x0804_8000, Buffer.from('b80100000031dbcd80', 'hex')];
  const size = 84 + code.length;
  const words = [1, start + 84, 52, 0, 0, 0x0020_0034, 1, 0];
  const segment = [1, 0, start, start, size, size, 5, 4096];
  const head = Buffer.alloc(84);
  head.write('\u007fELF\u0001\u0001\u0001', 'latin1');
  head.writeUInt32LE(0x0003_0002, 16);
  for (const [index, word] of words.entries()) head.writeUInt32LE(word, 20 + 4 * index);
  for (const [index, word] of segment.entries()) head.writeUInt32LE(word, 52 + 4 * index);
  // The size of the header itself is beside its flags.
  head.writeUInt16LE(52, 40);
  return Buffer.concat([head, code]);
}

const RUN = ['sh', '-c', 'chmod +x day; ./day'];
const BUILDS: [name: string, compiler: string, flags: string[]][] = [
  ['with libraries', 'gcc', []],
  ['of one piece', 'gcc', ['-static']],
  ['of one piece, with another C library', 'musl-gcc', ['-static']],
];

describe.runIf(canCheck(PART))('the clock is moved for a program', () => {
  for (const [name, compiler, flags] of BUILDS) {
    const isThere = requireOrSay(isInstalled(compiler), compiler, `${PART}, ${name}`);
    it.runIf(isThere)(
      `${name}, and waits until a time as long as ever`,
      {
        timeout: 60_000,
      },
      async () => {
        const report = await check(RUN, { day: built(compiler, flags) }, ONLY);
        expect(answersOf(report), JSON.stringify(report)).toEqual({
          'another day': 'changed again',
        });
        expect(report.scenarios[0]?.summary).toContain(
          '1 file created, 1 file touched; a day later: exit 0',
        );
      },
    );
  }

  it('where it is not, nothing is known', async ({ skip }) => {
    const path = folder({ day: i386() });
    chmodSync(join(path, 'day'), 0o755);
    skip(spawnSync(join(path, 'day')).status !== 0, 'this kernel runs no programs for i386');
    const report = await check(RUN, { day: i386() }, ONLY);
    expect(report).toMatchObject({ verdict: 'inconclusive', exit: 3 });
    expect(report.scenarios[0]?.summary).toBe('one of its programs keeps its own clock');
  });
});
