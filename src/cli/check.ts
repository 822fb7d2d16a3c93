import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type CheckOptions,
  type CheckReport,
  checkCommand,
  type Ignored,
  type Progress,
  reportText,
  SCENARIOS,
  type Scenario,
} from '../check/index.ts';
import type { Duration } from '../core/duration.ts';
import { RuntwiceError } from '../core/errors.ts';
import { EXIT } from '../core/exit-code.ts';
import type { CheckFlags } from './check-command.ts';
import { databasesOf } from './check-databases.ts';
import { writeReports } from './check-reports.ts';
import { isUnicode, print } from './output.ts';
import { Interruption } from './signals.ts';

/** Runs `runtwice check` and returns its exit code. */
export async function runCheck(
  command: readonly string[] | undefined,
  flags: CheckFlags,
): Promise<number> {
  if (command === undefined || command.length === 0) throw noCommand();
  const interruption = new Interruption();
  const line = new StatusLine();
  try {
    const report = await checkCommand(command, {
      ...optionsOf(flags),
      databases: await databasesOf(flags.db ?? []),
      ...answersOf(flags),
      signal: interruption.signal,
      onProgress: (progress) => line.show(progress),
    });
    line.clear();
    printReport(report, flags);
    writeReports(report, flags);
    return exitOf(report, flags);
  } catch (error) {
    line.clear();
    if (interruption.exitCode === undefined) throw error;
    return interruption.exitCode;
  } finally {
    interruption.end();
  }
}

function optionsOf({
  only,
  budget,
  exhaustive,
  ignore,
  because,
  timeout,
  env,
  unisolated,
  visible,
  writable,
  allow,
  mail,
  killBefore,
  killAfter,
  clock,
  faults,
  fault,
}: CheckFlags): CheckOptions {
  return {
    budget: budget as Duration,
    timeout: timeout as Duration,
    ...(only !== undefined && { only: scenariosOf(only) }),
    ...(exhaustive && { exhaustive }),
    ignore: ignoredBy(ignore, because),
    ...(env && { env }),
    ...(unisolated && { unisolated }),
    ...(visible && { visible }),
    ...(writable && { writable }),
    ...(allow && { allow }),
    ...(mail && { mail }),
    ...(killBefore !== undefined && { killBefore }),
    ...(killAfter !== undefined && { killAfter }),
    ...(clock && { clock }),
    ...(faults && { faults }),
    ...(fault !== undefined && { fault }),
  };
}

function answersOf({ answers }: CheckFlags): Pick<CheckOptions, 'answers'> {
  if (answers === undefined) return {};
  try {
    return { answers: JSON.parse(readFileSync(answers, 'utf8')) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RuntwiceError('ERR_RUNTWICE_USAGE', `--answers cannot be read: ${why}`, {
      fix: 'Give a file with a JSON list, such as [{"url":"http://api.example/*","status":500}].',
    });
  }
}

/** The first reason is that of the first pattern, and so on. */
function ignoredBy(globs: string[] = [], reasons: string[] = []): Ignored[] {
  if (globs.length !== reasons.length) {
    throw new RuntwiceError('ERR_RUNTWICE_USAGE', 'each --ignore takes one --because', {
      fix: "Say why it does not count: --ignore 'build/**' --because 'the compiler writes times'.",
    });
  }
  return globs.map((glob, index) => ({ glob, because: reasons[index] ?? '' }));
}

function scenariosOf(only: string): Scenario[] {
  return only.split(',').map((name) => {
    const scenario = SCENARIOS.find((one) => flagOf(one) === name.trim());
    if (scenario !== undefined) return scenario;
    throw new RuntwiceError('ERR_RUNTWICE_USAGE', `there is no scenario ${JSON.stringify(name)}`, {
      fix: `Give some of ${SCENARIOS.map(flagOf).join(',')}.`,
    });
  });
}

/** Its name as one word, that needs no quotes. */
function flagOf(scenario: Scenario): string {
  return scenario.replaceAll(' ', '-');
}

/** Between these two lines GitHub takes nothing for a command of its own, such as the name of a file. */
function printReport(report: CheckReport, flags: CheckFlags): void {
  const text = shown(report, flags);
  const token = randomUUID();
  const isRead = flags.github && !flags.json;
  print(isRead ? `::stop-commands::${token}\n${text}\n::${token}::` : text);
}

function shown(report: CheckReport, { json, quiet }: CheckFlags): string {
  if (json) return JSON.stringify(report);
  const text = reportText(report, { ascii: !isUnicode() });
  return quiet ? (text.split('\n', 1)[0] ?? '') : text;
}

function exitOf({ verdict }: CheckReport, { strict }: CheckFlags): number {
  if (verdict === 'not safe' || (strict && verdict === 'safe with notes')) return EXIT.failed;
  return verdict === 'inconclusive' ? EXIT.differs : EXIT.ok;
}

function noCommand(): RuntwiceError {
  return new RuntwiceError('ERR_RUNTWICE_USAGE', 'there is no command after --', {
    fix: 'Usage: runtwice check [options] -- COMMAND… (see runtwice check --help)',
  });
}

/** What is being done, on one line of a terminal. */
class StatusLine {
  readonly #out = process.stderr;
  readonly #startedAt = performance.now();

  show({ scenario, tried, found }: Progress): void {
    if (!this.#out.isTTY) return;
    const seconds = Math.round((performance.now() - this.#startedAt) / 1000);
    const kills = found === undefined ? '' : `: ${tried} of ${found}`;
    this.#out.write(`\r\u001b[KChecking: ${scenario}${kills}, ${seconds} s`);
  }

  clear(): void {
    if (this.#out.isTTY) this.#out.write('\r\u001b[K');
  }
}
