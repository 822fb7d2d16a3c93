export { assertSafeToRunTwice, type SafetyOptions } from './assert.ts';
export { checkCommand } from './check-command.ts';
export { checkHttpServer } from './http-server/check-http-server.ts';
export {
  type HttpServerOptions,
  type RunningServer,
  SERVER_QUESTIONS,
  type ServerProgress,
  type ServerRequest,
  type StartServer,
} from './http-server/options.ts';
export { type ServerProcess, serverProcess } from './http-server/process.ts';
export type { CheckedDatabase, DatabaseClient } from './observers/database/kinds.ts';
export type { Ignored } from './observers/files/ignored.ts';
export type { RequestAnswer } from './observers/http/answers.ts';
export type { MysqlModule } from './observers/mysql/connection.ts';
export type { PgConnection, PgModule } from './observers/postgres/database.ts';
export type { IoredisModule, NodeRedisModule, RedisModule } from './observers/redis/connection.ts';
export { checkOperation } from './operation/check-operation.ts';
export {
  type EffectCall,
  type EffectName,
  EffectPort,
  type EffectRun,
  type Effects,
  type Port,
  type Ports,
} from './operation/effects.ts';
export type { FastCheck, FastCheckScheduler } from './operation/interleave.ts';
export type { OperationOptions, OperationScenario } from './operation/options.ts';
export { type FetchLike, fetchPort } from './operation/ready/fetch-port.ts';
export { filesIn } from './operation/ready/files-in.ts';
export { filesPort } from './operation/ready/files-port.ts';
export { type MailTransporter, mailPort } from './operation/ready/mail-port.ts';
export { type MysqlQueries, mysqlPort } from './operation/ready/mysql-port.ts';
export { type PgQueries, pgPort } from './operation/ready/pg-port.ts';
export { type RedisReader, redisKeys } from './operation/ready/redis-keys.ts';
export { type RedisCommands, redisPort } from './operation/ready/redis-port.ts';
export { type MysqlReader, mysqlRows, type PgReader, pgRows } from './operation/ready/rows.ts';
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
  type Diff,
  type Finding,
  type Grade,
  SCENARIOS,
  type Scenario,
  type ScenarioReport,
  type ServerQuestion,
  type Verdict,
} from './report.ts';
