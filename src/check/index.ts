export { assertSafeToRunTwice, type SafetyOptions } from './assert.ts';
export { checkCommand } from './check-command.ts';
export type { Ignored } from './observers/files/ignored.ts';
export type { RequestAnswer } from './observers/http/answers.ts';
export type { PgConnection, PgModule } from './observers/postgres/clones.ts';
export type { CheckedDatabase, CheckOptions, Progress } from './options.ts';
export { githubCommands, githubSummary } from './report/github.ts';
export { reportHtml } from './report/html.ts';
export { reportJunit } from './report/junit.ts';
export { reportText } from './report/text.ts';
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
