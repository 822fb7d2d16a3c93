export { assertSafeToRunTwice, type SafetyOptions } from './assert.ts';
export { checkCommand } from './check-command.ts';
export type { CheckedDatabase, DatabaseClient } from './observers/database/kinds.ts';
export type { Ignored } from './observers/files/ignored.ts';
export type { MysqlModule } from './observers/mysql/connection.ts';
export type { PgConnection, PgModule } from './observers/postgres/database.ts';
export type { IoredisModule, NodeRedisModule, RedisModule } from './observers/redis/connection.ts';
export type { CheckOptions, Progress } from './options.ts';
export { githubCommands, githubSummary } from './report/github.ts';
export { reportHtml } from './report/html.ts';
export { reportJunit } from './report/junit.ts';
export { reportText } from './report/text.ts';
export {
  type Advice,
  type Answer,
  BY_DEFAULT,
  type CheckReport,
  type Finding,
  type Grade,
  SCENARIOS,
  type Scenario,
  type ScenarioReport,
  type Verdict,
} from './report.ts';
