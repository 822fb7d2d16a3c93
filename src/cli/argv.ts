/** The command line, split at its first `--`. */
export interface Argv {
  /** For our own parser. */
  readonly own: readonly string[];
  /** What follows the `--`; undefined where there is none. */
  readonly after: readonly string[] | undefined;
}

/**
 * Splits before any parser sees it: a parser that passes unknown options through would swallow
 * mistyped flags of ours (measured).
 */
export function splitArgv(argv: readonly string[]): Argv {
  const at = argv.indexOf('--');
  if (at < 0) return { own: argv, after: undefined };
  return { own: argv.slice(0, at), after: argv.slice(at + 1) };
}
