// How requests are answered.
import { type ServerResponse, validateHeaderName, validateHeaderValue } from 'node:http';
import { RuntwiceError } from '../../../core/errors.ts';

/** How a request of that method and address is answered. */
export interface RequestAnswer {
  /** Default: any. */
  readonly method?: string;
  /** The whole address, with its query; a `*` stands for anything. */
  readonly url: string;
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text, or what is sent as JSON. */
  readonly body?: unknown;
}

/** Of what no answer was given for. */
export const DEFAULT_ANSWER: RequestAnswer = { url: '*', body: { ok: true } };

const FIELDS = ['method', 'url', 'status', 'headers', 'body'];

/** These follow from the others. */
const OWN_HEADERS = new Set(['connection', 'content-length', 'transfer-encoding']);

/** @throws ERR_RUNTWICE_INVALID_ARGUMENT where it is no list of answers. */
export function checkedAnswers(value: unknown): readonly RequestAnswer[] {
  if (!Array.isArray(value)) throw wrong('the answers are no list');
  return value.map((one: unknown, index) => {
    const why = whyWrong(one);
    if (why !== undefined) throw wrong(`answer ${index + 1}: ${why}`);
    return one as RequestAnswer;
  });
}

function whyWrong(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'it is no object';
  const unknown = Object.keys(value).find((name) => !FIELDS.includes(name));
  if (unknown !== undefined) return `there is no ${JSON.stringify(unknown)}`;
  const { method = '', url, status = 200, headers = {} } = value as Partial<RequestAnswer>;
  if (typeof method !== 'string') return 'method is no text';
  if (typeof url !== 'string') return 'url is no text';
  if (!/^(?:https?:\/\/|\*)/u.test(url)) return `url begins with none of http://, https:// and *`;
  if (!Number.isInteger(status) || status < 200 || status > 599) return 'status is none';
  return whyWrongHeaders(headers);
}

function whyWrongHeaders(headers: unknown): string | undefined {
  if (typeof headers !== 'object' || headers === null) return 'headers is no object';
  for (const [name, value] of Object.entries(headers)) {
    if (OWN_HEADERS.has(name.toLowerCase())) return `the check sets the header ${name} itself`;
    if (typeof value !== 'string') return `the header ${name} is no text`;
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      return `the header ${JSON.stringify(name)} cannot be sent`;
    }
  }
  return undefined;
}

function wrong(what: string): RuntwiceError {
  return new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', what, {
    fix: `Nothing was run. Give a list of objects with url and, where wanted, ${FIELDS.filter((name) => name !== 'url').join(', ')}.`,
  });
}

/** The first that fits. */
export function answerFor(
  answers: readonly RequestAnswer[],
  method: string,
  url: string,
): RequestAnswer | undefined {
  return answers.find(
    (one) =>
      (one.method === undefined || one.method.toUpperCase() === method) && fits(one.url, url),
  );
}

function fits(pattern: string, url: string): boolean {
  if (!pattern.includes('*')) return (URL.parse(pattern)?.href ?? pattern) === url;
  const parts = pattern.split('*').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/-]/gu, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'su').test(url);
}

/** Sends it; nothing more comes by that connection. */
export function give(
  { status = 200, headers, body }: RequestAnswer,
  response: ServerResponse,
): void {
  const isText = typeof body === 'string';
  const type = isText ? 'text/plain; charset=utf-8' : 'application/json';
  response.statusCode = status;
  response.setHeader('connection', 'close');
  if (body !== undefined) response.setHeader('content-type', type);
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  response.end(body === undefined || isText ? body : `${JSON.stringify(body)}\n`);
}
