import { describe, expect, it } from 'vitest';
import {
  type ConditionalRequest,
  checkPreconditions,
  deleteAnswer,
  etagOf,
  putAnswer,
} from '../../../src/adapters/http/preconditions.ts';

type Answer = 'proceed' | 204 | 304 | 400 | 412;

function ask(request: ConditionalRequest): Answer {
  const said = checkPreconditions(request);
  return said.proceed ? 'proceed' : said.status;
}

const ROWS: [request: ConditionalRequest, answer: Answer][] = [
  // Without a condition.
  [{ method: 'PUT', current: '"1"' }, 'proceed'],
  [{ method: 'PUT', current: null }, 'proceed'],
  // If-Match: only where that very version is there.
  [{ method: 'PUT', ifMatch: '"1"', current: '"1"' }, 'proceed'],
  [{ method: 'PUT', ifMatch: '"0", "1"', current: '"1"' }, 'proceed'],
  [{ method: 'PUT', ifMatch: '"1"', current: '"2"' }, 412],
  [{ method: 'PUT', ifMatch: '"1"', current: null }, 412],
  [{ method: 'PUT', ifMatch: '*', current: '"1"' }, 'proceed'],
  [{ method: 'PUT', ifMatch: '*', current: 'W/"1"' }, 'proceed'],
  [{ method: 'PUT', ifMatch: '*', current: null }, 412],
  [{ method: 'PUT', ifMatch: '', current: '"1"' }, 412],
  [{ method: 'PUT', ifMatch: 'W/"1"', current: '"1"' }, 412],
  [{ method: 'PUT', ifMatch: '"1"', current: 'W/"1"' }, 412],
  [{ method: 'PUT', ifMatch: 'W/"1"', current: 'W/"1"' }, 412],
  [{ method: 'DELETE', ifMatch: '"1"', current: '"1"' }, 'proceed'],
  [{ method: 'DELETE', ifMatch: '"1"', current: null }, 412],
  [{ method: 'PATCH', ifMatch: '"1"', current: '"2"' }, 412],
  [{ method: 'GET', ifMatch: '"1"', current: '"2"' }, 412],
  // If-None-Match: only where none of these is there.
  [{ method: 'PUT', ifNoneMatch: '*', current: null }, 'proceed'],
  [{ method: 'PUT', ifNoneMatch: '*', current: '"1"' }, 412],
  [{ method: 'PUT', ifNoneMatch: '"1"', current: '"2"' }, 'proceed'],
  [{ method: 'PUT', ifNoneMatch: '"1"', current: '"1"' }, 412],
  [{ method: 'PUT', ifNoneMatch: 'W/"1"', current: '"1"' }, 412],
  [{ method: 'PUT', ifNoneMatch: '', current: '"1"' }, 'proceed'],
  [{ method: 'GET', ifNoneMatch: '"1"', current: '"1"' }, 304],
  [{ method: 'HEAD', ifNoneMatch: '"1"', current: '"1"' }, 304],
  [{ method: 'GET', ifNoneMatch: 'W/"1"', current: '"1"' }, 304],
  [{ method: 'GET', ifNoneMatch: '"1"', current: 'W/"1"' }, 304],
  [{ method: 'GET', ifNoneMatch: '*', current: '"1"' }, 304],
  [{ method: 'GET', ifNoneMatch: '"1"', current: '"2"' }, 'proceed'],
  [{ method: 'GET', ifNoneMatch: '"1"', current: null }, 'proceed'],
  [{ method: 'POST', ifNoneMatch: '"1"', current: '"1"' }, 412],
  // Both: If-Match first.
  [{ method: 'GET', ifMatch: '"2"', ifNoneMatch: '"1"', current: '"1"' }, 412],
  [{ method: 'GET', ifMatch: '"1"', ifNoneMatch: '"1"', current: '"1"' }, 304],
  [{ method: 'PUT', ifMatch: '"1"', ifNoneMatch: '"2"', current: '"1"' }, 'proceed'],
  // Not to be read: nothing is changed on a guess.
  [{ method: 'PUT', ifMatch: 'abc', current: '"1"' }, 400],
  [{ method: 'PUT', ifNoneMatch: '"1', current: '"2"' }, 400],
  [{ method: 'GET', ifNoneMatch: '"1" "2"', current: '"1"' }, 400],
  // Methods without conditions.
  [{ method: 'OPTIONS', ifMatch: '"1"', current: '"2"' }, 'proceed'],
  [{ method: 'TRACE', ifNoneMatch: '*', current: '"2"' }, 'proceed'],
  [{ method: 'CONNECT', ifMatch: 'abc', current: null }, 'proceed'],
  // Carried out before.
  [{ method: 'PUT', ifMatch: '"1"', current: '"2"', wanted: '"2"' }, 204],
  [{ method: 'PUT', ifMatch: '"1"', current: '"3"', wanted: '"2"' }, 412],
  [{ method: 'PUT', ifMatch: '"1"', current: '"1"', wanted: '"2"' }, 'proceed'],
  [{ method: 'PUT', ifMatch: '"1"', current: 'W/"2"', wanted: '"2"' }, 412],
  [{ method: 'PUT', ifMatch: '"1"', current: null, wanted: '"2"' }, 412],
  [{ method: 'PUT', ifNoneMatch: '*', current: '"2"', wanted: '"2"' }, 412],
  [{ method: 'GET', ifMatch: '"1"', current: '"2"', wanted: '"2"' }, 412],
  [{ method: 'DELETE', ifMatch: '"1"', current: null, wanted: null }, 204],
  [{ method: 'DELETE', ifMatch: '"1"', current: '"2"', wanted: null }, 412],
  [{ method: 'DELETE', ifMatch: '"1"', current: '"1"', wanted: null }, 'proceed'],
];

describe('a request with conditions', () => {
  it.each(ROWS)('%j: %s', (request, answer) => {
    expect(ask(request)).toBe(answer);
  });

  it.each([
    [{ method: 'PUT', current: 'abc' }],
    [{ method: 'PUT', current: '' }],
    [{ method: 'PUT', current: null, wanted: '"a", "b"' }],
  ])('%j is a mistake of the program', (request) => {
    expect(() => ask(request)).toThrow('no ETag');
  });
});

/** A resource as a server keeps it. */
class Resource {
  content: string | null = null;
  writes = 0;

  get etag(): string | null {
    return this.content === null ? null : etagOf(this.content);
  }

  put(
    content: string,
    conditions: Pick<ConditionalRequest, 'ifMatch' | 'ifNoneMatch'> = {},
  ): number {
    const request = { method: 'PUT', ...conditions, current: this.etag, wanted: etagOf(content) };
    const said = checkPreconditions(request);
    if (!said.proceed) return said.status;
    const { status } = putAnswer({ existed: this.content !== null });
    this.content = content;
    this.writes += 1;
    return status;
  }

  delete(whenAbsent?: 404): number {
    const existed = this.content !== null;
    this.content = null;
    return deleteAnswer(whenAbsent === undefined ? { existed } : { existed, whenAbsent }).status;
  }
}

describe('run twice', () => {
  it('a PUT makes the same state, and says whether it made the resource', () => {
    const resource = new Resource();
    expect([resource.put('a'), resource.put('a')]).toEqual([201, 204]);
    expect(resource.content).toBe('a');
    expect(putAnswer({ existed: true, hasContent: true })).toEqual({ status: 200 });
  });

  it('a PUT with If-Match whose answer was lost is done, and overwrites nobody', () => {
    const resource = new Resource();
    resource.put('a');
    const ifMatch = etagOf('a');
    expect([resource.put('b', { ifMatch }), resource.put('b', { ifMatch })]).toEqual([204, 204]);
    expect(resource.writes).toBe(2);
    resource.put('c');
    expect(resource.put('b', { ifMatch })).toBe(412);
    expect(resource.content).toBe('c');
  });

  it('a PUT with If-None-Match: * makes the resource once', () => {
    const resource = new Resource();
    const ifNoneMatch = '*';
    expect([resource.put('a', { ifNoneMatch }), resource.put('a', { ifNoneMatch })]).toEqual([
      201, 412,
    ]);
    expect(resource.writes).toBe(1);
  });

  it('a DELETE is answered the same, or as told', () => {
    const resource = new Resource();
    resource.put('a');
    expect([resource.delete(), resource.delete(), resource.delete(404)]).toEqual([204, 204, 404]);
    resource.put('a');
    expect([resource.delete(404), resource.delete(404)]).toEqual([204, 404]);
  });
});
