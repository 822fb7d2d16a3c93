// Type-checked where the published package is installed; never run.
import { converge, isRuntwiceError, type Report } from 'runtwice';
import type * as check from 'runtwice/check';
import { type RetryingFetch, retryingFetch } from 'runtwice/fetch';
import type * as files from 'runtwice/files';
// Their types are fine where neither test runner is installed.
import type * as jest from 'runtwice/jest';
import type * as vitest from 'runtwice/vitest';

type IsAny<Type> = 0 extends 1 & Type ? true : false;

export const mainIsTyped: IsAny<typeof converge> = false;
export const filesIsTyped: IsAny<typeof files> = false;
export const filesHasNames: [keyof typeof files] extends [never] ? false : true = true;

export async function use(): Promise<number> {
  const there = new Set<string>();
  try {
    const report: Report = await converge(['a', 'b'], {
      look: (item) => there.has(item),
      act: (item) => {
        there.add(item);
      },
    });
    return report.already;
  } catch (error) {
    // @ts-expect-error the codes are a closed set
    if (isRuntwiceError(error, 'ERR_OF_ANOTHER')) return 1;
    return isRuntwiceError(error) ? error.fix.length : 0;
  }
}

// @ts-expect-error a look must not answer with a number
converge(['a'], { look: () => 1, act: () => undefined });

// Whatever takes a fetch takes this one.
export const send: typeof fetch & RetryingFetch = retryingFetch({
  deadline: '60s',
  keys: new Map(),
});

export type Safety = Parameters<typeof check.assertSafeToRunTwice>[1];
export const vitestIsTyped: IsAny<typeof vitest> = false;
export const jestIsTyped: IsAny<typeof jest> = false;
