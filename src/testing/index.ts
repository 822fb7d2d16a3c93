export type { Capability } from './store/case.ts';
export { describeStore } from './store/describe-store.ts';
export type { Runner, StoreSuite } from './store/suite.ts';
