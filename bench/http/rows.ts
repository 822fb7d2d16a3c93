// What the table asks of each peer.
import type { ServerQuestion, ServerRequest } from '../../src/check/index.ts';

export interface Row {
  readonly name: string;
  readonly question: ServerQuestion;
  readonly requests: readonly ServerRequest[];
}

function post(path: string): ServerRequest {
  return { path, body: { amount: 1 }, otherBody: { amount: 2 } };
}

function twice(name: string, path: string): Row {
  return { name: `again: ${name}`, question: 'twice', requests: [post(path)] };
}

function ask(name: string, question: ServerQuestion): Row {
  return { name, question, requests: [post('/orders'), post('/refunds')] };
}

export const ROWS: readonly Row[] = [
  twice('201 with JSON and Location', '/orders'),
  twice('a stream', '/stream'),
  twice('binary', '/binary'),
  twice('204', '/empty'),
  twice('1.5 MB', '/large'),
  twice('500 after the effect', '/fails'),
  twice('it throws after the effect', '/throws'),
  ask('20 at once', 'together'),
  ask('killed in the middle', 'interrupted'),
  ask('client gone in the middle', 'client gone'),
  ask('other body', 'other body'),
  ask('other user', 'other user'),
  ask('other path', 'other path'),
  ask('other key, same body', 'other key'),
  ask('no key', 'no key'),
];
