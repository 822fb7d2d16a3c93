// `expect.extend({ toBeSafeToRunTwice })`, and its type. Nothing of Vitest is imported: your own is used.
import type { SafetyOptions } from '../check/index.ts';

export { type Matched, toBeSafeToRunTwice } from './to-be-safe.ts';

declare global {
  // What Vitest's Assertion is made of, in each of its versions.
  namespace Chai {
    interface Assertion {
      /** Passes where a check found that running twice does no harm. */
      toBeSafeToRunTwice(options?: SafetyOptions): void;
    }
  }
}
