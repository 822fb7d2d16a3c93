import { readFileSync } from 'node:fs';
import { RuntwiceError } from '../core/errors.ts';
import { EXIT } from '../core/exit-code.ts';
import { printable } from '../core/words.ts';
import type { Admin, Resolution } from '../once/admin.ts';
import { notFound } from '../once/problems.ts';
import type { RecordState } from '../once/store/types.ts';
import { openLedger } from '../open.ts';
import { schemaOf } from './ledger-schema.ts';
import { detailsOf, lineOf, plainView } from './ledger-text.ts';
import { ledgerUrl, NAMESPACE } from './ledger-url.ts';
import type { Recorded } from './once.ts';
import { print } from './output.ts';

interface Which {
  ledger?: string;
  namespace: string;
  scope?: string;
  operation?: string;
}

interface Shown extends Which {
  json?: true;
}

/** What each of the ledger's commands does; each returns its exit code. */
export const ledgerActions = {
  async ls(flags: Shown & { state?: RecordState }): Promise<number> {
    return withAdmin(flags, async (admin) => {
      const { scope, operation, state } = flags;
      let count = 0;
      const listed = admin.list({
        ...(operation === undefined ? {} : { scope: '', operation }),
        ...(scope !== undefined && { scope }),
        ...(state !== undefined && { states: [state] }),
      });
      for await (const view of listed) {
        print(flags.json ? JSON.stringify(plainView(view)) : lineOf(view));
        count += 1;
      }
      if (count === 0 && !flags.json) print('No keys.');
    });
  },

  async show(key: string, flags: Shown): Promise<number> {
    return withAdmin(flags, async (admin) => {
      const view = await admin.get(nameOf(key, flags));
      if (view === undefined) throw notFound({ ...nameOf(key, flags), namespace: flags.namespace });
      print(flags.json ? JSON.stringify(plainView(view)) : detailsOf(view));
    });
  },

  async stats(flags: Shown): Promise<number> {
    return withAdmin(flags, async (admin) => {
      const counts = await admin.stats();
      const words = Object.entries(counts).map(([state, count]) => `${count} ${state}`);
      print(flags.json ? JSON.stringify(counts) : `${words.join(', ')}.`);
    });
  },

  async resolve(
    key: string,
    flags: Which & { didNotHappen?: true; result?: string; force?: true },
  ): Promise<number> {
    if ((flags.didNotHappen === undefined) === (flags.result === undefined)) {
      throw new RuntwiceError('ERR_RUNTWICE_USAGE', 'say whether it happened', {
        fix: 'Give --did-not-happen, or --result FILE with what it printed.',
      });
    }
    return withAdmin(flags, async (admin) => {
      const { force = false } = flags;
      await admin.resolve(nameOf(key, flags), resolutionOf(flags), { force });
      const then =
        flags.result === undefined ? 'the next run runs it' : 'later runs get the result';
      print(`Resolved ${printable(key)}: ${then}.`);
    });
  },

  async forget(key: string, flags: Which & { force?: true }): Promise<number> {
    return withAdmin(flags, async (admin) => {
      const { force = false } = flags;
      const wasThere = await admin.forget(nameOf(key, flags), { force });
      print(
        wasThere ? `Forgot ${printable(key)}.` : `Nothing to do: ${printable(key)} is not known.`,
      );
    });
  },

  async schema(flags: Which): Promise<number> {
    print((await schemaOf(ledgerUrl(flags.ledger))).trimEnd());
    return EXIT.ok;
  },

  async purge(flags: Which): Promise<number> {
    return withAdmin(flags, async (admin) => {
      const { removed, trimmed } = await admin.purge();
      print(
        removed + trimmed === 0
          ? 'Nothing to do: nothing was kept or remembered long enough (dropped 0).'
          : `Dropped ${trimmed} results and forgot ${removed} keys.`,
      );
    });
  },
};

export type LedgerActions = typeof ledgerActions;

async function withAdmin(flags: Which, act: (admin: Admin) => Promise<void>): Promise<number> {
  const { namespace } = flags;
  const ledger = await openLedger(ledgerUrl(flags.ledger), { namespace, keep: 'forever' });
  try {
    await act(ledger.admin);
    return EXIT.ok;
  } finally {
    await ledger.close();
  }
}

function nameOf(key: string, { operation = 'once', scope = '' }: Which) {
  return { operation, key, scope };
}

/** A command's result is what it printed; that of other operations is JSON. */
function resolutionOf(flags: Which & { result?: string }): Resolution {
  if (flags.result === undefined) return { happened: false };
  const bytes = readResult(flags.result);
  if (flags.namespace !== NAMESPACE)
    return { happened: true, result: parseJson(bytes, flags.result) };
  const none = new Uint8Array();
  const result: Recorded = { code: 0, stdout: Uint8Array.from(bytes), stderr: none, isCut: false };
  return { happened: true, result };
}

function readResult(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file);
  } catch (cause) {
    throw badResult(
      `cannot read ${file}: ${cause instanceof Error ? cause.message : cause}`,
      cause,
    );
  }
}

function parseJson(bytes: Buffer, file: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw badResult(`${file} holds no JSON value`, cause);
  }
}

function badResult(message: string, cause: unknown): RuntwiceError {
  return new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', message, {
    fix: 'Nothing was changed. Name a file with the result (-: standard input).',
    cause,
  });
}
