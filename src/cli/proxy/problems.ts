import {
  describeProblem,
  type ProblemKind,
  type ProblemStyle,
} from '../../adapters/http/engine/problems.ts';
import type { Answer } from '../../adapters/http/engine/types.ts';
import type { Failure } from './upstream.ts';

const UNKNOWN =
  'Whether it was done is not known. Look whether the effect is there before you send it with another key.';
const AGAIN = 'Whether it was done is not known. Send the same request again, with the same key.';
const WITHOUT_KEY =
  'Whether it was done is not known. Look whether the effect is there before you send it again.';

type Code = 'scope-missing' | 'target-invalid' | 'upgrade-refused' | 'proxy-failed';

/** What the proxy itself answers. */
const KINDS: Readonly<Record<Code, ProblemKind>> = {
  'scope-missing': {
    status: 400,
    title: 'The request does not say whose key it has',
    detail: 'Nothing was done.',
  },
  'target-invalid': {
    status: 400,
    title: 'The request is for no path',
    detail: 'Nothing was done.',
  },
  'upgrade-refused': {
    status: 501,
    title: 'This proxy passes no upgrades on',
    detail: 'Nothing was done.',
  },
  'proxy-failed': {
    status: 500,
    title: 'The proxy has a fault',
    detail: 'Its log says which. Send the same request again, with the same key, to see its state.',
  },
};

/** A problem of the proxy's own, as an answer. */
export function proxyProblem(code: Code, style: ProblemStyle, why?: string): Answer {
  return describeProblem(code, KINDS[code], style, why);
}

/** Who comes again gets the recorded state · is sent again, or looked for · had no key. */
export type NextTime = 'stop' | 'again' | 'no key';

const LOST = { stop: UNKNOWN, again: AGAIN, 'no key': WITHOUT_KEY } as const;

/** What the client is told where the upstream gave no answer. */
export function failureProblem(failure: Failure, next: NextTime, style: ProblemStyle): Answer {
  if (failure === 'unreachable') {
    const kind = {
      status: 503,
      title: 'The server behind this proxy cannot be reached',
      detail: 'Nothing was done. Send the same request again.',
      retryAfterS: 1,
    };
    return describeProblem('upstream-unreachable', kind, style);
  }
  const kind = {
    status: failure === 'silent' ? 504 : 502,
    title:
      failure === 'silent'
        ? 'The server behind this proxy did not answer in time'
        : 'The server behind this proxy broke off',
    detail: LOST[next],
    ...(next === 'again' && { retryAfterS: 1 }),
  };
  return describeProblem(failure === 'silent' ? 'upstream-silent' : 'upstream-failed', kind, style);
}
