// Programs that look at the clock, in the ways there are, and some that do not.
import { describe, expect, it } from 'vitest';
import { answersOf, canCheck, check, isInstalled } from '../support/check.ts';
import { cli } from '../support/cli.ts';

const ONLY = ['--only', 'another-day'];
const DATED = 'cp a "backup-$(date +%F).tar"';
const FILES = { a: 'a'.repeat(1000) };

/** The day after the one it is by UTC; near midnight either may be meant. */
function daysAhead(): string[] {
  const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString();
  return [day(1), day(2)].map((date) => date.slice(0, 10));
}

const NODE = "fs.writeFileSync(new Date().toISOString().slice(0, 10), 'x')";

const CASES: Record<string, { command: string[]; answer: string }> = {
  'a backup with the day, in a shell': { command: ['sh', '-c', DATED], answer: 'changed again' },
  'a file with the day, in Node': {
    command: [process.execPath, '-e', NODE],
    answer: 'changed again',
  },
  'a file with the day, in Perl': {
    command: ['perl', '-MPOSIX', '-e', 'open F, ">", strftime("%F", gmtime)'],
    answer: 'changed again',
  },
  'the day in a file': { command: ['sh', '-c', 'date +%F > day'], answer: 'changed again' },
  'a folder with the day, which is refused on the same day': {
    command: ['sh', '-c', 'mkdir "$(date +%F)"'],
    answer: 'changed again',
  },
  'what is older than twelve hours is removed, and then there is no more': {
    command: ['find', '.', '-type', 'f', '-mmin', '+720', '-delete'],
    answer: 'settles late',
  },
  'a POST with the day in its key': {
    command: [
      'sh',
      '-c',
      'curl -sX POST -H "Idempotency-Key: $(date +%F)" http://api.example/charge',
    ],
    answer: 'repeated effect',
  },
  'a day that is given': { command: ['cp', 'a', 'backup-2026-01-31.tar'], answer: 'touched only' },
  'nothing that has to do with time': { command: ['mkdir', '-p', 'made'], answer: 'nothing to do' },
  'a log of the day': {
    command: ['sh', '-c', 'mkdir -p logs; date >> "logs/$(date +%F).log"'],
    answer: 'nothing to do',
  },
  'a folder that is there already': { command: ['mkdir', 'made'], answer: 'refused' },
};

describe.runIf(canCheck('commands on another day'))('on another day', () => {
  for (const [name, { command, answer }] of Object.entries(CASES)) {
    const programs = command.join(' ').includes('curl') ? [command[0], 'curl'] : [command[0]];
    it.runIf(programs.every((one) => isInstalled(one ?? '')))(
      name,
      { timeout: 60_000 },
      async () => {
        const report = await check(command, FILES, ONLY);
        expect(answersOf(report), JSON.stringify(report)).toEqual({ 'another day': answer });
      },
    );
  }

  it('the file that it makes is named, and what helps', { timeout: 60_000 }, async () => {
    const report = await check(['sh', '-c', DATED], FILES, ['--only', 'twice', '--clock']);
    expect(answersOf(report)).toEqual({ twice: 'touched only', 'another day': 'changed again' });
    const [finding] = report.scenarios[1]?.findings ?? [];
    const names = daysAhead().map((day) => `a day later it makes another file: backup-${day}.tar`);
    expect(names).toContain(finding?.what);
    expect(finding?.advice?.why).toContain('the date is part of what it makes');
    expect(finding?.replay).toContain('--only another-day');
    expect(report.runs).toBe(7);
  });

  it('what changes on the same day, too, is not laid on the date', async () => {
    const report = await check(['sh', '-c', 'echo line >> list'], FILES, ONLY);
    expect(answersOf(report)).toEqual({ 'another day': 'changed again' });
    expect(report.scenarios[0]?.summary).toContain('as on the same day');
    expect(report.scenarios[0]?.findings[0]?.advice).toBeUndefined();
  });

  it('is asked for where it is wanted only', { timeout: 60_000 }, async () => {
    expect(Object.keys(answersOf(await check(['true'])))).not.toContain('another day');
    const report = await check(['true'], {}, ['--clock', '--quiet']);
    expect(Object.keys(answersOf(report))).toEqual([
      'twice',
      'another day',
      'together',
      'interrupted',
    ]);
    const { code, stderr } = await cli(['check', '--only', 'another day', '--', 'true']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('another-day')]);
  });
});
