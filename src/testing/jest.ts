// `expect.extend({ toBeSafeToRunTwice })`, and its type. Nothing of Jest is imported: your own is used.
import type { SafetyOptions } from '../check/index.ts';

export { type Matched, toBeSafeToRunTwice } from './to-be-safe.ts';

interface SafetyMatcher<R> {
  /** Passes where a check found that running twice does no harm. */
  toBeSafeToRunTwice(options?: SafetyOptions): R;
}
declare global {
  namespace jest {
    interface Matchers<R> extends SafetyMatcher<R> {}
  }
}
// @ts-expect-error It is there where @jest/globals is.
declare module 'expect' {
  interface Matchers<R extends void | Promise<void>> extends SafetyMatcher<R> {}
}
