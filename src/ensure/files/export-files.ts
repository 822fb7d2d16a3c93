import { RuntwiceError } from '../../core/errors.ts';
import type { Report } from '../../core/report.ts';
import { type ConvergeRun, converge } from '../converge/index.ts';
import { Exporter } from './act.ts';
import { markClashes } from './clashes.ts';
import { Destination, refuseInsideSource } from './destination.ts';
import { errorCode, explained, ItemError } from './errors.ts';
import { detectFolding, timeCoarsenessMs } from './file-system.ts';
import { createFilter } from './filter.ts';
import { Comparer } from './identity.ts';
import { Item } from './item.ts';
import { Looker } from './look.ts';
import {
  type Bytes,
  display,
  type Folding,
  join,
  NO_FOLDING,
  reportName,
  toBytes,
  trimSlashes,
} from './names.ts';
import { type ExportOptions, type ExportReport, type Settings, settingsOf } from './options.ts';
import { countEntries, type Plan } from './plan.ts';
import { Publisher } from './publisher.ts';
import { planSources } from './sources.ts';
import { Stage } from './stage.ts';
import type { StatAhead } from './stat-ahead.ts';
import { sweep } from './sweep.ts';

/**
 * Exports files into a folder: a source folder's contents as a tree, a source file straight into it.
 * Looks first, copies what is not there, and counts both.
 *
 * Run twice: the second run finds every file in place and copies nothing. A run that is killed
 * leaves no torn file: running again finishes it. Runs at once never replace each other's files.
 *
 * @param sources Files and folders; text is taken as UTF-8, other names can be given as bytes.
 * @param destination The folder to export to; made where it is absent.
 * @returns What was done. Files that failed or differ are in the report, and `ok` is false.
 * @throws {RuntwiceError} before anything is written: `ERR_RUNTWICE_SOURCE_MISSING`,
 * `ERR_RUNTWICE_DESTINATION_UNUSABLE`, `ERR_RUNTWICE_DESTINATION_IN_SOURCE`,
 * `ERR_RUNTWICE_INVALID_ARGUMENT`.
 */
export async function exportFiles(
  sources: string | Uint8Array | readonly (string | Uint8Array)[],
  destination: string | Uint8Array,
  options: ExportOptions = {},
): Promise<ExportReport> {
  const settings = settingsOf(options);
  const startedAtMs = Date.now();
  const startedMs = performance.now();
  const from = listOf(sources).map(pathBytes);
  const only = settings.only === undefined ? undefined : [...settings.only].map(pathBytes);
  const plan = await planSources(from, only, { ...settings, filter: await createFilter(settings) });
  const to = trimSlashes(pathBytes(destination));
  refuseInsideSource(to, from);
  const target = new Destination(to, {
    readOnly: settings.dryRun || settings.verify,
    durable: settings.durability !== 'none',
  });
  const run = new ExportRun(plan, settings, target);
  const report = await run.run(from.length > 1 || settings.flat || only !== undefined);
  return {
    ...report,
    startedAt: new Date(startedAtMs).toISOString(),
    elapsedMs: Math.round(performance.now() - startedMs),
  };
}

/** One export, from the plan to the report. */
class ExportRun {
  readonly #plan: Plan;
  readonly #settings: Settings;
  readonly #destination: Destination;
  readonly #stage: Stage;
  readonly #readOnly: boolean;

  constructor(plan: Plan, settings: Settings, destination: Destination) {
    this.#plan = plan;
    this.#settings = settings;
    this.#destination = destination;
    this.#stage = new Stage(destination.root);
    this.#readOnly = settings.dryRun || settings.verify;
  }

  /** `mayClash`: two sources may want one name even where names are told apart by their bytes. */
  async run(mayClash: boolean): Promise<ExportReport> {
    const total = countEntries(this.#plan);
    const ahead = await this.#statAhead(total);
    try {
      const folding = await this.#detectFolding();
      if (mayClash || folding.case || folding.unicode) await markClashes(this.#plan, folding);
      const recovered = await this.#recover(folding);
      return await this.#converge(folding, recovered, total, ahead);
    } finally {
      ahead?.close();
      this.#stage.close();
    }
  }

  async #detectFolding(): Promise<Folding> {
    const stage = this.#readOnly ? undefined : this.#stage;
    try {
      return await detectFolding(this.#plan, this.#destination.path, stage);
    } catch (error) {
      // Nothing can be written there: the first item that has to be written fails and says why.
      if (error instanceof ItemError || errorCode(error) !== undefined) return NO_FOLDING;
      throw error;
    }
  }

  async #recover(folding: Folding): Promise<number> {
    const { root } = this.#destination;
    const listing = root.listing(folding);
    await listing?.loading;
    if (this.#readOnly || listing === undefined || listing.stages.length === 0) return 0;
    const swept = await sweep(root, listing.stages, Date.now());
    if (swept.claims > 0) root.forgetListing();
    return swept.runs;
  }

  async #converge(
    folding: Folding,
    recovered: number,
    total: number,
    ahead: StatAhead | undefined,
  ): Promise<ExportReport> {
    const { identity, onConflict, durability, jobs, verify, dryRun } = this.#settings;
    const comparer = new Comparer(identity, timeCoarsenessMs(this.#destination.path), ahead);
    const looker = new Looker({ comparer, folding, onConflict, verify, dryRun });
    const exporter = new Exporter(this.#stage, new Publisher(durability), jobs);
    const { onItem, onProgress, signal } = this.#settings;
    const report = await converge(this.#items(), {
      operation: 'export',
      look: explained((item: Item, run: ConvergeRun) => looker.look(item, run)),
      act: explained((item: Item, run: ConvergeRun) => exporter.act(item, run)),
      name: ({ label }) => reportName(label),
      concurrency: CONCURRENCY,
      total,
      dryRun,
      accept: onConflict === 'keep' ? ['differs'] : [],
      onFailure: (error) => (error instanceof ItemError && error.isFatal ? 'stop' : 'continue'),
      ...(signal && { signal }),
      ...(onItem && { onItem }),
      ...(onProgress && {
        onProgress: (progress) => onProgress({ ...progress, total, bytes: exporter.bytes }),
      }),
    });
    return this.#complete(report, comparer, exporter, recovered);
  }

  /** A thread pays only where many files are compared by more than their names. */
  async #statAhead(total: number): Promise<StatAhead | undefined> {
    const { identity } = this.#settings;
    const isCompared = identity === 'auto' || identity === 'size';
    if (!isCompared || this.#destination.made || total <= WORTH_A_THREAD) return undefined;
    const { StatAhead } = await import('./stat-ahead.ts');
    const { path } = this.#destination;
    return new StatAhead(this.#plan.folders, ({ target }) => join(path, target));
  }

  *#items(): Generator<Item> {
    for (const planned of this.#plan.folders) {
      const folder = this.#destination.folder(planned.target, planned.source);
      let index = 0;
      for (const batch of planned.names.batches()) {
        for (const name of batch) yield new Item(planned, folder, index++, name);
      }
      this.#destination.forget(planned.target);
    }
  }

  #complete(
    report: Report,
    comparer: Comparer,
    exporter: Exporter,
    recovered: number,
  ): ExportReport {
    const { identity, onConflict, durability, verify } = this.#settings;
    const details = {
      destination: display(this.#destination.path),
      made: this.#destination.made,
      verify,
      bytes: exporter.bytes,
      identity,
      compared: comparer.compared,
      onConflict,
      durability,
      recovered,
      linksSkipped: this.#plan.linksSkipped,
    };
    return { ...report, details };
  }
}

/** Comparing fewer files is done before a thread has started. */
const WORTH_A_THREAD = 20_000;

/** Two groups of files: one is made durable while the other is copied. */
const CONCURRENCY = 512;

function listOf<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}

function pathBytes(path: string | Uint8Array): Bytes {
  const bytes = toBytes(path);
  if (bytes !== '' && !bytes.includes('\0')) return bytes;
  throw new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    bytes === '' ? 'a path is empty' : `the path ${JSON.stringify(bytes)} contains a zero byte`,
    { fix: 'Name a file or folder. Nothing was written.' },
  );
}
