import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeBytes,
  encodeBody,
  recordOf,
  replayedHeaders,
} from '../../../../src/adapters/http/engine/record.ts';

describe('a recorded body', () => {
  it('has the bytes that went in, whatever they are', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 2000 }),
      fc.string({ unit: 'binary' }).map((text) => new Uint8Array(Buffer.from(text))),
    );
    fc.assert(
      fc.property(bytes, (body) => {
        const recorded = JSON.parse(JSON.stringify(encodeBody(body)));
        expect(new Uint8Array(decodeBytes(recorded))).toEqual(new Uint8Array(body));
      }),
    );
  });

  it('is text where it is text, a byte order mark and all', () => {
    const body = Buffer.from('\ufeff{"a":"ä"}');
    expect(encodeBody(body)).toEqual({ text: '\ufeff{"a":"ä"}' });
  });
});

describe('recorded headers', () => {
  const answer = {
    status: 201,
    headers: [
      ['content-type', 'text/plain'],
      ['set-cookie', ['a=1']],
      ['x-request-id', 'r1'],
      ['x-own', 'yes'],
      ['date', 'now'],
    ] as const,
  };

  it('are those of the answer, not of its sending or its session', () => {
    const { headers } = recordOf(answer, replayedHeaders([]), { text: '' });
    expect(headers).toEqual([
      ['content-type', 'text/plain'],
      ['original-request-id', 'r1'],
    ]);
  });

  it('are also those that are asked for, but never cookies', () => {
    const names = replayedHeaders(['X-Own', 'Set-Cookie', 'Date', 'X-Request-Id']);
    const { headers } = recordOf(answer, names, { text: '' });
    expect(headers.map(([name]) => name)).toEqual(['content-type', 'x-request-id', 'x-own']);
  });
});
