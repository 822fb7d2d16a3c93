// A process is killed while it claims and finishes: what it was told to be recorded is recorded.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { sqliteStore } from '../../../src/stores/sqlite/index.ts';
import { Random } from '../../simulator/random.ts';
import { newSeed, Waiting } from '../../support/sqlite-processes.ts';
import { tempFolder } from '../../support/tree.ts';

const ROUNDS = 12;

/** What a process said that it had been told: the latest state of each id. */
type Told = Map<string, string>;

function note(told: Told, line: string): void {
  const { id, state, errors } = JSON.parse(line) as Record<string, string>;
  if (id === undefined || state === undefined) throw new Error(`it ended: ${errors}`);
  told.set(id, state);
}

async function hear(process: Waiting, told: Told, lines: number): Promise<void> {
  for (let count = 0; count < lines; count++) note(told, (await process.line()) ?? '{}');
}

/** All that it had said before it died. */
async function hearOut(process: Waiting, told: Told): Promise<void> {
  for (let line = await process.line(); line !== undefined; line = await process.line()) {
    // It was killed in the middle of a word.
    if (line.endsWith('}')) note(told, line);
  }
}

async function expectAllThere(path: string, told: Told): Promise<void> {
  const store = await sqliteStore(path);
  for (const [id, state] of told) {
    const record = (await store.read(id))?.record;
    // What it had not been told yet may be there, too.
    const states = state === 'done' ? ['done'] : ['running', 'done'];
    expect(states, id).toContain(record?.state);
    expect(record, id).toMatchObject({ attempt: 1 });
    if (state === 'done') expect(record?.result, id).toEqual({ codec: 'json', text: `"${id}"` });
  }
  await store.close();
}

it('SIGKILL among many claims: all that was acknowledged is there, and others go on', async () => {
  const path = join(tempFolder(), 'ledger.db');
  const seed = newSeed('kills');
  const random = new Random(seed);
  const told: Told = new Map();
  for (let round = 0; round < ROUNDS; round++) {
    const start = (): Promise<Waiting> => Waiting.start('flood', path, seed, 8);
    const [victim, bystander] = await Promise.all([start(), start()]);
    victim.begin();
    bystander.begin();
    await hear(victim, told, random.between(1, 200));
    victim.kill();
    await hearOut(victim, told);
    await hear(bystander, told, 50);
    bystander.kill();
    await hearOut(bystander, told);
    await expectAllThere(path, told);
  }
  const db = new DatabaseSync(path);
  expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  db.close();
  expect(told.size).toBeGreaterThan(ROUNDS * 10);
  console.log(`${ROUNDS * 2} kills, ${told.size} acknowledged records: all there.`);
}, 180_000);
