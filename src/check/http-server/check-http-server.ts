import {
  type CheckReport,
  type ScenarioReport,
  type ServerQuestion,
  scenarioReport,
  verdictOf,
} from '../report.ts';
import { CannotCheck } from '../sandbox/cannot-check.ts';
import { cameText } from './answers.ts';
import { CheckedServer, requestText } from './checked-server.ts';
import { fallsOf, firstsOf, learnBusy, notesOn } from './firsts.ts';
import {
  type HttpServerOptions,
  type SettledServer,
  type StartServer,
  settledServer,
} from './options.ts';
import { noKey, otherBody, otherKey, otherPath, otherUser } from './questions/apart.ts';
import { clientGone, interrupted } from './questions/interrupted.ts';
import { together } from './questions/together.ts';
import { twice } from './questions/twice.ts';
import type { First, Seen, Subject } from './subject.ts';
import { rank, summaryOf, worstOf } from './sum.ts';

/**
 * Answers what happens if the requests to an HTTP server come twice: again with their key, twenty at once,
 * after the server was killed in the middle, after the client left; and whether another body, user, path
 * or key is told apart. Nothing is kept apart here: give it a server and a database of a test.
 *
 * Run twice: it makes keys of its own, so the second check sends everything anew and has effects anew.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT where an option cannot be used or the server does not start, and
 * what the signal was aborted with.
 */
export async function checkHttpServer(
  start: StartServer,
  options: HttpServerOptions,
): Promise<CheckReport> {
  const how = settledServer(start, options);
  const startedAt = performance.now();
  const server = new CheckedServer(start, how);
  let part: Partial<CheckReport>;
  try {
    await server.start();
    part = await ask(server, how);
  } catch (error) {
    if (!(error instanceof CannotCheck)) throw error;
    part = { unobserved: [error.message] };
  } finally {
    await server.kill();
  }
  return {
    schema: 'runtwice.check/1',
    subject: 'server',
    command: server.name,
    verdict: 'inconclusive',
    scenarios: [],
    runs: server.starts,
    points: { found: 0, tried: 0 },
    faults: { found: 0, tried: 0 },
    notes: [],
    unobserved: [],
    withheld: [],
    ...part,
    elapsedMs: performance.now() - startedAt,
  };
}

async function ask(server: CheckedServer, how: SettledServer): Promise<Partial<CheckReport>> {
  const firsts = await firstsOf(server, how);
  const telling = firsts.filter(({ effects }) => effects > 0);
  if (telling.length === 0) throw new CannotCheck(effectless(firsts));
  await learnBusy(server, telling);
  const subject: Subject = { server, firsts, telling };
  const points = { found: 0, tried: 0 };
  const scenarios: ScenarioReport[] = [];
  for (const question of how.only) {
    const late = performance.now() + how.budgetMs;
    const all: Seen[] = [];
    for (const first of question === 'twice' ? firsts : telling) {
      how.onProgress({ question, request: requestText(first.request) });
      const seen = await askOne(question, subject, first, () => performance.now() > late, points);
      all.push(...firstOfEach(seen));
    }
    scenarios.push(scenarioOf(question, all));
  }
  const unobserved = fallsOf(server);
  const verdict = verdictOf(scenarios, unobserved);
  return { verdict, scenarios, points, notes: notesOn(firsts), unobserved };
}

async function askOne(
  question: ServerQuestion,
  subject: Subject,
  first: First,
  isLate: () => boolean,
  points: { found: number; tried: number },
): Promise<readonly Seen[]> {
  if (question === 'interrupted') {
    const { seen, found, tried } = await interrupted(subject, first, isLate);
    points.found += found;
    points.tried += tried;
    return seen;
  }
  if (question === 'client gone') return (await clientGone(subject, first)).seen;
  const seen = await SIMPLE[question](subject, first);
  return seen === undefined ? [] : [seen];
}

function effectless(firsts: readonly First[]): string {
  const came = firsts.map(({ request, came }) => `${requestText(request)}: ${cameText(came)}`);
  return `no request had an effect that effects counts (${came.join('; ')})`;
}

type Simple = Exclude<ServerQuestion, 'interrupted' | 'client gone'>;

const SIMPLE: Readonly<
  Record<Simple, (subject: Subject, first: First) => Promise<Seen | undefined>>
> = {
  twice,
  together,
  'other body': otherBody,
  'other user': otherUser,
  'other path': otherPath,
  'other key': otherKey,
  'no key': noKey,
};

/** Why nothing was seen. */
const UNSEEN: Readonly<Partial<Record<ServerQuestion, string>>> = {
  'other body': 'no request has an otherBody',
  'other path': 'no two requests with effects have another path or method',
};

/** Of findings with one answer about one request the first says all. */
function firstOfEach(all: readonly Seen[]): Seen[] {
  return all.map(({ answer, finding }, at) => {
    const isFirst = all.findIndex((one) => one.answer === answer) === at;
    return isFirst && finding !== undefined ? { answer, finding } : { answer };
  });
}

function scenarioOf(question: ServerQuestion, all: readonly Seen[]): ScenarioReport {
  if (all.length === 0) return scenarioReport(question, 'inconclusive', UNSEEN[question] ?? '');
  const findings = all.flatMap(({ finding }) => (finding === undefined ? [] : [finding]));
  const sorted = findings.toSorted((left, right) => rank(left.answer) - rank(right.answer));
  return scenarioReport(question, worstOf(all), summaryOf(all), sorted);
}
