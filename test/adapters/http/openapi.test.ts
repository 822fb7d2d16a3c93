// The fragment inside a document, held against the parts of OpenAPI 3.1 and JSON Schema that it uses.
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { type OpenApiOptions, openApi } from '../../../src/adapters/http/openapi.ts';

const SCOPE = 'Each account has keys of its own.';

const DIALECTS = [{ dialect: 'ietf' }, { dialect: 'stripe' }] as const;

/** A document as an application may have it. */
function documentOf(options: Partial<OpenApiOptions> = {}) {
  const { components, operation, answerHeaders } = openApi({ scope: SCOPE, ...options });
  const created = { description: 'Made.', headers: answerHeaders };
  const post = { ...operation, responses: { ...operation.responses, 201: created } };
  return {
    openapi: '3.1.0',
    info: { title: 'Orders', version: '1' },
    paths: { '/orders': { post } },
    components,
  };
}

/** What OpenAPI 3.1 says of the objects that are used here, and no more members than these. */
const OPENAPI = {
  $defs: {
    ref: {
      type: 'object',
      required: ['$ref'],
      properties: { $ref: { type: 'string', format: 'json-pointer-fragment' } },
      additionalProperties: false,
    },
    schema: { $ref: 'https://json-schema.org/draft/2020-12/schema' },
    parameter: {
      type: 'object',
      required: ['name', 'in', 'schema'],
      properties: {
        name: { type: 'string' },
        in: { enum: ['query', 'header', 'path', 'cookie'] },
        required: { type: 'boolean' },
        description: { type: 'string' },
        schema: { $ref: '#/$defs/schema' },
        example: true,
      },
      additionalProperties: false,
    },
    header: {
      type: 'object',
      required: ['schema'],
      properties: { description: { type: 'string' }, schema: { $ref: '#/$defs/schema' } },
      additionalProperties: false,
    },
    response: {
      type: 'object',
      required: ['description'],
      properties: {
        description: { type: 'string' },
        headers: { type: 'object', additionalProperties: { $ref: '#/$defs/ref' } },
        content: {
          type: 'object',
          additionalProperties: {
            type: 'object',
            properties: { schema: { $ref: '#/$defs/schema' } },
            additionalProperties: false,
          },
        },
      },
      additionalProperties: false,
    },
    named: { propertyNames: { pattern: '^[a-zA-Z0-9._-]+$' } },
    operation: {
      type: 'object',
      required: ['parameters', 'responses'],
      properties: {
        parameters: { type: 'array', items: { $ref: '#/$defs/ref' } },
        responses: {
          type: 'object',
          propertyNames: { pattern: '^[1-5](\\d\\d|XX)$' },
          additionalProperties: {
            if: { required: ['$ref'] },
            // biome-ignore lint/suspicious/noThenProperty: it is JSON Schema's.
            then: { $ref: '#/$defs/ref' },
            else: { $ref: '#/$defs/response' },
          },
        },
      },
      patternProperties: { '^x-': true },
      additionalProperties: false,
    },
  },
  type: 'object',
  required: ['openapi', 'info', 'paths', 'components'],
  properties: {
    openapi: { const: '3.1.0' },
    info: { type: 'object', required: ['title', 'version'] },
    paths: {
      additionalProperties: {
        type: 'object',
        properties: { post: { $ref: '#/$defs/operation' } },
        additionalProperties: false,
      },
    },
    components: {
      type: 'object',
      properties: Object.fromEntries(
        ['parameter', 'header', 'response', 'schema'].map((kind) => [
          `${kind}s`,
          { $ref: '#/$defs/named', additionalProperties: { $ref: `#/$defs/${kind}` } },
        ]),
      ),
      additionalProperties: false,
    },
  },
  additionalProperties: false,
};

const FORMATS = {
  'json-pointer-fragment': /^#\/components\/\w+\/\w+$/u,
  'uri-reference': true,
} as const;

/** `isWhole`: what is compiled is a schema through and through, and no document with schemas in it. */
function ajv(isWhole = true): Ajv2020 {
  const strict = { strictSchema: isWhole, strictRequired: false, strictTypes: false } as const;
  return new Ajv2020({ ...strict, allErrors: true, formats: FORMATS });
}

/** What a reference leads to in the document. */
function resolve(document: object, ref: string): unknown {
  return ref
    .slice(2)
    .split('/')
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document);
}

function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('$ref' in value && typeof value.$ref === 'string') return [value.$ref];
  return Object.values(value).flatMap(refsIn);
}

describe.each(DIALECTS)('a document with the fragment, in the dialect $dialect,', (options) => {
  const document = documentOf(options);

  it('is OpenAPI 3.1', () => {
    const validate = ajv().compile(OPENAPI);
    expect(validate(document), JSON.stringify(validate.errors, null, 2)).toBe(true);
    expect(JSON.parse(JSON.stringify(document)), 'and plain JSON').toEqual(document);
  });

  it('has all that it refers to, and refers to all that it has', () => {
    const refs = new Set(refsIn(document));
    for (const ref of refs) expect(resolve(document, ref), ref).toBeDefined();
    const named = Object.entries(document.components).flatMap(([kind, parts]) =>
      Object.keys(parts).map((name) => `#/components/${kind}/${name}`),
    );
    expect(named.filter((name) => !refs.has(name))).toEqual([]);
  });

  it('describes each problem under its status, and no other', () => {
    const statuses = Object.entries(openApi({ scope: SCOPE, ...options }).operation.responses);
    const told = statuses.flatMap(([status, { $ref }]) => {
      const validate = ajv(false)
        .addSchema(document, 'document')
        .compile({
          $ref: `document${$ref}/content/application~1problem+json/schema`,
        });
      return CODES.filter((code) => validate(problem(code))).map((code) => [code, status]);
    });
    const mismatch = options.dialect === 'stripe' ? '400' : '422';
    expect(Object.fromEntries(told)).toEqual({ ...STATUS, 'key-reused': mismatch });
    expect(told).toHaveLength(CODES.length);
  });
});

const STATUS: Record<string, string> = {
  'key-missing': '400',
  'key-invalid': '400',
  'key-reused': '422',
  'in-progress': '409',
  'outcome-unknown': '409',
  'key-expired': '409',
  'response-not-kept': '409',
  'store-unavailable': '503',
  'body-too-large': '413',
};

const CODES = Object.keys(STATUS);

function problem(code: string): object {
  const error = { type: 'idempotency_error', code, message: 'm' };
  return {
    type: 'about:blank',
    title: 't',
    status: 400,
    detail: 'd',
    code,
    retryable: false,
    error,
  };
}

describe('the header parameter', () => {
  it.each([true, false])('is required: %s', (required) => {
    const { parameters } = documentOf({ required }).components;
    expect(parameters).toMatchObject({
      IdempotencyKey: { name: 'Idempotency-Key', in: 'header', required },
    });
  });

  it('has at most 255 characters', () => {
    const validate = ajv().compile(
      documentOf().components.parameters['IdempotencyKey']?.['schema'] ?? false,
    );
    expect([1, 255, 0, 256].map((length) => validate('k'.repeat(length)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('publishes the policy to those who read', () => {
    const text = (options: Partial<OpenApiOptions>) =>
      String(documentOf(options).components.parameters['IdempotencyKey']?.['description']);
    expect(text({})).toContain(SCOPE);
    expect(text({})).toContain('kept for 24 hours. For 90 days after that');
    expect(text({})).toContain('the body have to be the same');
    expect(text({ fingerprint: 'The amount.' })).toContain('**What is compared:** The amount.');
    expect(text({ keep: 'forever' })).toContain('kept forever');
    expect(text({ keep: '90m' })).toContain('kept for 90 minutes.');
    expect(text({ keep: '1s' })).toContain('kept for 1 second.');
    expect(text({ methods: ['POST', 'DELETE'] })).toContain('Optional for POST, DELETE.');
    expect(text({ strict: true })).not.toContain('bare');
    expect(text({ policyUrl: 'https://example.org/keys' })).toContain('<https://example.org/keys>');
  });
});

it('publishes the policy to programs', () => {
  expect(openApi({ scope: SCOPE }).operation['x-idempotency-policy']).toEqual({
    header: 'Idempotency-Key',
    required: false,
    methods: ['POST', 'PATCH'],
    scope: SCOPE,
    fingerprint: expect.any(String),
    keep: 86_400,
    remember: 90 * 86_400,
    keyFormat: 'quoted or bare',
    maxLength: 255,
    dialect: 'ietf',
  });
  const told = openApi({ scope: SCOPE, keep: 'forever', strict: true, policyUrl: '/keys' });
  expect(told.operation['x-idempotency-policy']).toMatchObject({
    keep: 'forever',
    keyFormat: 'quoted',
    url: '/keys',
  });
});

it('a fragment that somebody changed is not that of others', () => {
  const one = openApi({ scope: SCOPE });
  one.components.headers['RetryAfter'] = {};
  Object.assign(one.components.headers['IdempotencyKey'] ?? {}, { description: 'changed' });
  expect(JSON.stringify(openApi({ scope: SCOPE }))).not.toContain('changed');
  expect(openApi({ scope: SCOPE }).components.headers['RetryAfter']).not.toEqual({});
});

it.each([
  [{ scope: '' }, 'scope'],
  [{ scope: undefined as unknown as string }, 'scope'],
  [{ scope: SCOPE, keep: 'long' as '1d' }, 'keep'],
  [{ scope: SCOPE, remember: -1 }, 'remember'],
])('is not made of %j', (options, words) => {
  expect(() => openApi(options)).toThrow(words);
});
