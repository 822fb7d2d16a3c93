import { RuntwiceError } from '../../core/errors.ts';
import type { Report, ReportItem } from '../../core/report.ts';
import type { ConvergeProgress } from '../converge/index.ts';
import type { Compared, Identity } from './identity.ts';
import type { ConflictPolicy } from './look.ts';
import type { Durability } from './publisher.ts';
import type { SymlinkPolicy } from './walk.ts';

/** Options of {@link exportFiles}. */
export interface ExportOptions {
  /**
   * Only these files: paths from the one source folder on or, without sources, as if each had been
   * named as a source. One that is missing is a failed item. Default: everything.
   */
  only?: Iterable<string | Uint8Array>;
  /** Put every file straight into the destination, without the folders it is in. Default false. */
  flat?: boolean;
  /** Only files that match one of these globs; without a slash they match names in any folder. */
  include?: readonly string[];
  /** No file or folder that matches one of these globs. */
  exclude?: readonly string[];
  /** When a file of the same name is taken for the same. Default `auto`. */
  identity?: Identity;
  /** What to do where a name is taken by something else. Default `report`. */
  onConflict?: ConflictPolicy;
  /** When copies are made durable. Default `group`. */
  durability?: Durability;
  /** What to do with links found inside a source folder. Default `copy`. */
  symlinks?: SymlinkPolicy;
  /** How many large files (over 1 MB) are copied at the same time. Default 2. */
  jobs?: number;
  /** Look only: the report says what a real run would do. Default false. */
  dryRun?: boolean;
  /** Compare the contents of all files and write nothing: what is missing or other differs. */
  verify?: boolean;
  /** Ends the run early: files under way end or are given up whole, the rest are `untried`. */
  signal?: AbortSignal;
  /** Called for every file, in order. */
  onItem?(item: ReportItem): void;
  /** Called at most ten times a second, and once at the end. */
  onProgress?(progress: ExportProgress): void;
}

/** How far an export is. */
export interface ExportProgress extends ConvergeProgress {
  total: number;
  /** Bytes copied so far. */
  bytes: number;
}

/** What an export's report says beside the counts. */
export interface ExportDetails {
  destination: string;
  /** True when this run made the destination folder. */
  made: boolean;
  verify: boolean;
  /** Bytes copied. */
  bytes: number;
  identity: Identity;
  /** How many files were compared in which way. */
  compared: Compared;
  onConflict: ConflictPolicy;
  durability: Durability;
  /** Killed runs whose leftovers were removed. */
  recovered: number;
  /** Links left out because of `symlinks: 'skip'`. */
  linksSkipped: number;
}

/** The report of an export. */
export type ExportReport = Report<ExportDetails>;

/** The values each option may have. */
export const CHOICES: {
  readonly identity: readonly Identity[];
  readonly onConflict: readonly ConflictPolicy[];
  readonly durability: readonly Durability[];
  readonly symlinks: readonly SymlinkPolicy[];
} = {
  identity: ['auto', 'content', 'size', 'name'],
  onConflict: ['report', 'keep', 'replace', 'rename'],
  durability: ['group', 'file', 'none'],
  symlinks: ['copy', 'follow', 'skip'],
};

/** The options with their defaults. */
export type Settings = ExportOptions &
  Required<
    Pick<
      ExportOptions,
      'flat' | 'identity' | 'onConflict' | 'durability' | 'symlinks' | 'jobs' | 'dryRun' | 'verify'
    >
  >;

/** Checks the options and fills in the defaults. */
export function settingsOf(options: ExportOptions): Settings {
  for (const name of Object.keys(CHOICES) as (keyof typeof CHOICES)[]) {
    checkChoice(name, options[name]);
  }
  const { jobs = 2, verify = false } = options;
  if (!Number.isInteger(jobs) || jobs < 1) {
    throw invalid(`jobs must be a whole number from 1, not ${String(jobs)}`);
  }
  return {
    ...options,
    jobs,
    verify,
    flat: options.flat ?? false,
    identity: verify ? 'content' : (options.identity ?? 'auto'),
    onConflict: options.onConflict ?? 'report',
    durability: options.durability ?? 'group',
    symlinks: options.symlinks ?? 'copy',
    dryRun: options.dryRun ?? false,
  };
}

function checkChoice(name: keyof typeof CHOICES, value: string | undefined): void {
  const choices: readonly string[] = CHOICES[name];
  if (value === undefined || choices.includes(value)) return;
  throw invalid(`${name} must be one of ${choices.join(', ')}, not ${value}`);
}

function invalid(message: string): RuntwiceError {
  return new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', message, {
    fix: 'See the documentation of exportFiles. Nothing was written.',
  });
}
