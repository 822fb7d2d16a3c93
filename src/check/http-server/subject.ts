// What all questions share: the server, and what each request did when it was first sent.
import type { Answer, Finding, ServerQuestion } from '../report.ts';
import { adviceOn } from './advice.ts';
import { cameText, differencesOf } from './answers.ts';
import type { CheckedServer } from './checked-server.ts';
import { requestText } from './checked-server.ts';
import type { Came } from './exchange.ts';
import type { ServerRequest } from './options.ts';

/** A request, and what came of it the first time. */
export interface First {
  readonly request: ServerRequest;
  readonly key: string;
  readonly came: Came;
  /** How many effects it has. */
  readonly effects: number;
  readonly elapsedMs: number;
}

export interface Subject {
  readonly server: CheckedServer;
  readonly firsts: readonly First[];
  /** Those that have an effect. */
  readonly telling: readonly First[];
}

/** What was seen of one request. */
export interface Seen {
  readonly answer: Answer;
  /** Where there is something to say. */
  readonly finding?: Finding;
}

/** What a question is told in. */
export interface Told {
  readonly question: ServerQuestion;
  readonly answer: Answer;
  readonly request: ServerRequest;
  /** What was sent, and what was done to it. */
  readonly what: string;
  readonly came: Came;
  readonly details?: readonly string[];
}

export function seen({ question, answer, request, what, came, details = [] }: Told): Seen {
  const advice = adviceOn(question, answer);
  return {
    answer,
    finding: {
      answer,
      what: `${requestText(request)}: ${what}`,
      next: cameText(came),
      paths: details,
      replay: `checkHttpServer(start, { …, only: ['${question}'] })`,
      ...(advice && { advice }),
    },
  };
}

/** `2 effects, 1 wanted`. */
export function effectsText(found: number, wanted: number): string {
  return `${found} ${found === 1 ? 'effect' : 'effects'}, ${wanted} wanted`;
}

/** How the effects, and then the answer, of something that was asked for once more differ. */
export function repeatOf(first: First, again: Came, more: number): string[] {
  return [
    ...(more > 0 ? [`it happened again: ${more} more`] : []),
    ...differencesOf(first.came, again),
  ];
}
