// Real processes that are killed at every moment of a call, and stopped ones that wake up too late: the
// effect happened at most as often as the operation allows, and what is said of it is true.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createLedger, type Ledger } from '../../src/once/ledger.ts';
import type { Crash } from '../support/crash-child.ts';
import { define, KINDS, type Kind } from '../support/crash-operations.ts';
import { type Description, openDescribed } from '../support/described-store.ts';
import { isMysqlThere, Database as MysqlDatabase } from '../support/mysql.ts';
import { Database, isPostgresThere } from '../support/postgres.ts';
import { isRedisThere, Keys } from '../support/redis.ts';
import { tempFolder } from '../support/tree.ts';

const CHILD = fileURLToPath(new URL('../support/crash-child.ts', import.meta.url));

/** A store for processes, and what removes it. */
interface Place {
  readonly name: string;
  readonly isThere: boolean;
  open(): Promise<{ description: Description; remove(): Promise<void> }>;
}

const table = 'runtwice_ledger';

const PLACES: readonly Place[] = [
  {
    name: 'SQLite',
    isThere: true,
    async open() {
      const folder = mkdtempSync(join(tmpdir(), 'runtwice-test-'));
      const path = join(folder, 'ledger.db');
      const remove = async () => rmSync(folder, { recursive: true });
      return { description: { kind: 'sqlite', path }, remove };
    },
  },
  {
    name: 'PostgreSQL',
    isThere: await isPostgresThere('crashes on PostgreSQL'),
    async open() {
      const db = await Database.create();
      const description = { kind: 'postgres', address: db.address, table } as const;
      return { description, remove: () => db.drop() };
    },
  },
  {
    name: 'MariaDB',
    isThere: await isMysqlThere('crashes on MariaDB'),
    async open() {
      const db = await MysqlDatabase.create();
      const description = { kind: 'mysql', address: db.address, table } as const;
      return { description, remove: () => db.drop() };
    },
  },
  {
    name: 'Redis',
    isThere: await isRedisThere('crashes on Redis'),
    async open() {
      const keys = new Keys();
      const { address, prefix } = keys;
      return { description: { kind: 'redis', address, prefix }, remove: () => keys.clear() };
    },
  },
];

describe.each(PLACES.filter(({ isThere }) => isThere))('on $name, a process', ({ open }) => {
  let place: Awaited<ReturnType<Place['open']>>;
  let ledger: Ledger;
  let keys = 0;
  beforeAll(async () => {
    place = await open();
    const store = await openDescribed(place.description);
    ledger = createLedger({ store, namespace: 'crash', keep: '1d', lease: '2s' });
  });
  afterAll(async () => {
    await ledger.close();
    await place.remove();
  });

  /** Another call in a process of its own, and what can be seen of it. */
  function start(kind: Kind, crash: Partial<Crash> = {}) {
    const key = `key-${++keys}`;
    const effects = join(tempFolder(), 'effects');
    const { description } = place;
    const whole: Crash = {
      ...{ description, kind, key, effects, at: 0, signal: 'SIGKILL', isElsewhere: false },
      ...crash,
    };
    const child = spawn(process.execPath, [CHILD, JSON.stringify(whole)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const said = child.stdout.setEncoding('utf8').toArray();
    const ended = once(child, 'exit').then(async ([, signal]) => ({
      signal: signal as string | null,
      said: (await said).join(''),
    }));
    const made = () =>
      existsSync(effects) ? readFileSync(effects, 'utf8').trim().split('\n') : [];
    const operation = define(ledger, kind, (name) => appendEffect(effects, name));
    return { child, ended, made, settle: () => operation.settle(1, { key }) };
  }

  it.each(KINDS)(
    'is killed at each moment of a call: %s',
    async (kind) => {
      const whole = start(kind);
      const { moments } = JSON.parse((await whole.ended).said) as { moments: number };
      expect(moments).toBe({ stop: 8, rerun: 8, steps: 24 }[kind]);
      for (let at = 1; at <= moments; at++) {
        const { ended, made, settle } = start(kind, { at });
        expect((await ended).signal, `moment ${at}`).toBe('SIGKILL');
        const before = made();
        const settled = await settle();
        const again = await settle();
        expectAllowed(kind, before, made(), `moment ${at}`);
        expectHonest(kind, settled, made(), `moment ${at}`);
        if (at === 1) expect(settled.outcome).toBe('created');
        if (at === moments) expect(settled.outcome).toBe('replayed');
        expect(again.outcome).toBe(settled.outcome === 'unknown' ? 'unknown' : 'replayed');
      }
    },
    240_000,
  );

  it('that is stopped until another took its attempt over does nothing when it wakes up', async () => {
    // It is stopped when its claim is answered, before it asks whether the attempt is still its own.
    const { child, ended, made, settle } = start('rerun', {
      at: 3,
      signal: 'SIGSTOP',
      isElsewhere: true,
    });
    await untilStopped(child.pid);
    expect(await settle()).toMatchObject({ outcome: 'created', attempt: 2 });
    child.kill('SIGCONT');
    expect(JSON.parse((await ended).said)).toMatchObject({ outcome: 'replayed', value: 'made' });
    expect(made()).toEqual(['whole']);
  });

  it('that is stopped after its effect cannot end the attempt of another', async () => {
    const { child, ended, made, settle } = start('rerun', {
      at: 5,
      signal: 'SIGSTOP',
      isElsewhere: true,
    });
    await untilStopped(child.pid);
    expect(await settle()).toMatchObject({ outcome: 'created', attempt: 2 });
    child.kill('SIGCONT');
    expect(JSON.parse((await ended).said)).toMatchObject({ outcome: 'replayed', attempt: 2 });
    expect(made()).toEqual(['whole', 'whole']);
  });

  it('that is stopped after its effect, and may not be run again, says so when it wakes up', async () => {
    const { child, ended, made, settle } = start('stop', {
      at: 5,
      signal: 'SIGSTOP',
      isElsewhere: true,
    });
    await untilStopped(child.pid);
    expect(await settle()).toMatchObject({ outcome: 'unknown' });
    child.kill('SIGCONT');
    expect(JSON.parse((await ended).said)).toMatchObject({ outcome: 'created', attempt: 1 });
    expect(await settle()).toMatchObject({ outcome: 'replayed', value: 'made' });
    expect(made()).toEqual(['whole']);
  });
});

function appendEffect(file: string, name: string): void {
  appendFileSync(file, `${name}\n`);
}

/** Nothing happened more often than it may: what stops once, what is run again once more. */
function expectAllowed(kind: Kind, before: string[], after: string[], when: string): void {
  const count = (names: string[], wanted: string) => names.filter((name) => name === wanted).length;
  for (const name of new Set(after)) {
    const mayRepeat = kind === 'rerun' || (kind === 'steps' && name !== 'three');
    expect(count(before, name), when).toBeLessThanOrEqual(1);
    expect(count(after, name), when).toBeLessThanOrEqual(mayRepeat ? 2 : 1);
  }
  // Only the step that was interrupted is run again.
  if (kind === 'steps') expect(after.length, when).toBeLessThanOrEqual(4);
}

/** What has a result happened; `unknown` is said only where nobody can know. */
function expectHonest(
  kind: Kind,
  { outcome }: { outcome: string },
  made: string[],
  when: string,
): void {
  if (outcome === 'unknown') expect(kind, when).not.toBe('rerun');
  else {
    expect(['created', 'replayed'], when).toContain(outcome);
    const wanted = kind === 'steps' ? ['one', 'three', 'two'] : ['whole'];
    expect([...new Set(made)].sort(), when).toEqual(wanted);
  }
}

async function untilStopped(pid: number | undefined): Promise<void> {
  for (;;) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    if (stat.slice(stat.lastIndexOf(')') + 2).startsWith('T')) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
