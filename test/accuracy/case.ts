import type { Answer } from '../../src/check/index.ts';

/** A command with what is true of it, known from what its programs do. */
export interface Case {
  readonly name: string;
  /** For `sh -c`, in a folder that has `FILES` and what `setup` makes. */
  readonly run: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Run once before the check, outside of it. */
  readonly setup?: string;
  /** Programs that it takes. */
  readonly needs?: readonly string[];
  readonly twice: Answer;
  readonly interrupted: Answer;
  /** Where it is not that of `twice`, because the clock matters. */
  readonly 'another day'?: Answer;
  /** Only where it cannot depend on who comes first. */
  readonly together?: Answer;
  /** Why that is true. */
  readonly because: string;
}

/** In the folder of each case. */
export const FILES: Readonly<Record<string, string>> = {
  'in/a.txt': 'a line of a\n'.repeat(100),
  'in/b.txt': 'a line of b\n'.repeat(200),
};
