export { converge } from './converge.ts';
export type {
  ConvergeOptions,
  ConvergeProgress,
  ConvergeRun,
  Look,
  Lost,
  OnFailure,
} from './types.ts';
