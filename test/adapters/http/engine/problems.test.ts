import { describe, expect, it } from 'vitest';
import { type ProblemCode, problem } from '../../../../src/adapters/http/engine/problems.ts';
import { openApi } from '../../../../src/adapters/http/openapi.ts';

/** Each code, with the status and whether the same request may be sent again. */
const CODES: Readonly<Record<ProblemCode, [status: number, retryable: boolean]>> = {
  'key-missing': [400, false],
  'key-invalid': [400, false],
  'key-reused': [422, false],
  'in-progress': [409, true],
  'outcome-unknown': [409, false],
  'key-expired': [409, false],
  'response-not-kept': [409, false],
  'store-unavailable': [503, true],
  'body-not-comparable': [400, false],
  'body-too-large': [413, false],
  'events-not-kept': [500, false],
};

const ALL = Object.entries(CODES) as [ProblemCode, [number, boolean]][];

describe('a problem', () => {
  it.each(ALL)(
    '%s is one of RFC 9457, and an error for clients that look at nothing else',
    (code, [status, retryable]) => {
      const policyUrl = 'https://shop.example/keys';
      const answer = problem(code, { dialect: 'ietf', policyUrl });
      const headers = new Map(answer.headers);
      expect(answer.status).toBe(status);
      expect(headers.get('content-type')).toBe('application/problem+json');
      expect(headers.has('retry-after')).toBe(retryable);
      expect(headers.get('stripe-should-retry')).toBe(retryable ? undefined : 'false');
      expect(headers.get('link')).toBe(`<${policyUrl}>; rel="describedby"; type="text/html"`);
      const document = JSON.parse(String(answer.body));
      expect(document).toMatchObject({ type: `${policyUrl}#${code}`, status, code, retryable });
      expect(document.title).toBeTypeOf('string');
      expect(document.error.message).toContain(document.title);
    },
  );

  it.each(['ietf', 'stripe'] as const)(
    'of %s has the status that an OpenAPI document says',
    (dialect) => {
      const { components } = openApi({ scope: 'each account', dialect });
      const told = JSON.stringify(components);
      for (const [code] of ALL) {
        if (code !== 'events-not-kept') expect(told).toContain(`"${code}"`);
      }
    },
  );
});
