import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MUTANTS, type Mutant } from './mutants.ts';

const run = promisify(execFile);
const MAIN = resolve('test', 'simulator', 'main.ts');

/** Schedules for the code itself, and at most for each mutant. */
const SCHEDULES = 5000;
const FOR_MUTANTS = 20_000;

/** Another seed every day; a failure prints the one that shows it. */
const SEED = Number(process.env['RUNTWICE_SEED'] ?? Math.floor(Date.now() / 86_400_000) * 100_000);

describe('the simulated ledger', () => {
  it(`holds its promises in ${SCHEDULES} schedules from seed ${SEED}`, async () => {
    const { stdout } = await simulate(resolve('src'), SCHEDULES);
    expect(stdout).toContain('all hold');
  }, 120_000);

  it('replays a schedule exactly', async () => {
    const folder = mutate(MUTANTS[0] as Mutant);
    const first = await failure(folder);
    const [, seed] = /^Seed (\d+)/u.exec(first) ?? [];
    const args = ['--src', folder, '--schedules', '1', '--seed', `${seed}`];
    const again = await run(process.execPath, [MAIN, ...args]).catch((error) => error);
    expect(again.stdout.split('\n')[1]).toBe(first.split('\n')[1]);
  }, 120_000);
});

describe('the simulator finds it when', () => {
  it.concurrent.each(MUTANTS)('$name', { timeout: 240_000 }, async (mutant) => {
    expect(await failure(mutate(mutant))).toMatch(/^Seed \d+:/u);
  });
});

function simulate(src: string, schedules: number) {
  const args = [MAIN, '--src', src, '--schedules', `${schedules}`, '--seed', `${SEED}`];
  return run(process.execPath, args, { timeout: 120_000 });
}

/** What is printed about code that does not hold. */
async function failure(src: string): Promise<string> {
  try {
    return (await simulate(src, FOR_MUTANTS)).stdout;
  } catch (error) {
    return error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
  }
}

/** The code with the fault in it, in a folder of its own. */
function mutate({ file, from, to }: Mutant): string {
  const inside = resolve('.cache', 'mutants');
  mkdirSync(inside, { recursive: true });
  const folder = mkdtempSync(join(inside, 'src-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const room of ['core', 'once', 'stores/memory', 'vendor']) {
    cpSync(join('src', room), join(folder, room), { recursive: true });
  }
  const path = join(folder, file);
  const text = readFileSync(path, 'utf8');
  expect(text.split(from), `${file} has this once: ${from}`).toHaveLength(2);
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
  return folder;
}
