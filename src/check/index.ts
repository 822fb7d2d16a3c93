export { type CheckOptions, checkCommand, type Progress } from './check-command.ts';
export {
  type Answer,
  type CheckReport,
  type Finding,
  type Grade,
  SCENARIOS,
  type Scenario,
  type ScenarioReport,
  type Verdict,
} from './report.ts';
export { reportText } from './report-text.ts';
