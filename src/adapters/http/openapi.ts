import type { ProblemCode } from './engine/problems.ts';
import { type OpenApiOptions, type OpenApiPolicy, policyOf, policyText } from './openapi-policy.ts';

export type { OpenApiOptions, OpenApiPolicy } from './openapi-policy.ts';

/** An object of a document, plain JSON. */
export type OpenApiObject = { readonly [name: string]: unknown };

/** Parts of an OpenAPI 3.1 document; each is put where it belongs. */
export interface OpenApiFragment {
  /** Into the document's `components`. */
  readonly components: {
    readonly parameters: Record<string, OpenApiObject>;
    readonly headers: Record<string, OpenApiObject>;
    readonly responses: Record<string, OpenApiObject>;
    readonly schemas: Record<string, OpenApiObject>;
  };
  /** Into each operation that takes a key. */
  readonly operation: {
    readonly parameters: readonly OpenApiObject[];
    readonly responses: Record<string, OpenApiObject>;
    readonly 'x-idempotency-policy': OpenApiPolicy;
  };
  /** Into the `headers` of the operation's own responses. */
  readonly answerHeaders: Record<string, OpenApiObject>;
}

interface Kind {
  readonly name: string;
  readonly status: number;
  readonly description: string;
  readonly codes: readonly ProblemCode[];
  /** Some of these say when to come again. */
  readonly isRetryable?: boolean;
}

const REFUSED: readonly ProblemCode[] = ['key-missing', 'key-invalid', 'body-not-comparable'];
const REUSED = 'The key stood for another request. Nothing was done.';

const KINDS: Readonly<Record<OpenApiPolicy['dialect'], readonly Kind[]>> = {
  ietf: [
    {
      name: 'IdempotencyKeyRefused',
      status: 400,
      description:
        'The key is missing or not valid, or the body cannot be compared. Nothing was done.',
      codes: REFUSED,
    },
    { name: 'IdempotencyKeyReused', status: 422, description: REUSED, codes: ['key-reused'] },
  ],
  stripe: [
    {
      name: 'IdempotencyKeyRefused',
      status: 400,
      description:
        'The key is missing, not valid, or stood for another request, or the body cannot be compared. Nothing was done.',
      codes: [...REFUSED, 'key-reused'],
    },
  ],
};

const COMMON: readonly Kind[] = [
  {
    name: 'IdempotencyConflict',
    status: 409,
    description:
      'Nothing was done now: the first request with this key is being handled, or was, and its answer cannot be given.',
    codes: ['in-progress', 'outcome-unknown', 'key-expired', 'response-not-kept'],
    isRetryable: true,
  },
  {
    name: 'IdempotencyBodyTooLarge',
    status: 413,
    description: 'The request is too large to be compared. Nothing was done.',
    codes: ['body-too-large'],
  },
  {
    name: 'IdempotencyUnavailable',
    status: 503,
    description: 'Keys cannot be looked up now. Nothing was done; send the same request again.',
    codes: ['store-unavailable'],
    isRetryable: true,
  },
];

/**
 * What an OpenAPI 3.1 document says of `Idempotency-Key`: the header, the answers that are about it,
 * and the server's policy, which the IETF's draft (draft-ietf-httpapi-idempotency-key-header-07,
 * sections 2.3 and 2.5.2) asks to be published: expiry, scope, and what is compared.
 *
 * Run twice: the same options give the same fragment.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT where an option cannot be used.
 */
export function openApi(options: OpenApiOptions): OpenApiFragment {
  const policy = policyOf(options);
  const kinds = [...KINDS[policy.dialect], ...COMMON];
  const responses = kinds.map((kind) => [kind.name, response(kind)]);
  const references = kinds.map(({ name, status }) => [status, ref('responses', name)]);
  return {
    components: {
      parameters: { IdempotencyKey: parameter(policy) },
      headers: headerParts(),
      responses: Object.fromEntries(responses),
      schemas: { IdempotencyProblem: problemSchema(kinds) },
    },
    operation: {
      parameters: [ref('parameters', 'IdempotencyKey')],
      responses: Object.fromEntries(references),
      'x-idempotency-policy': policy,
    },
    answerHeaders: {
      'Idempotency-Key': ref('headers', 'IdempotencyKey'),
      'Idempotent-Replayed': ref('headers', 'IdempotentReplayed'),
    },
  };
}

function headerParts(): Record<string, OpenApiObject> {
  return {
    IdempotencyKey: {
      description: "The request's key: it was looked at.",
      schema: { type: 'string' },
    },
    IdempotentReplayed: {
      description: 'There where this is the recorded answer of an earlier request with the key.',
      schema: { type: 'string', const: 'true' },
    },
    RetryAfter: {
      description: 'Seconds after which the same request may be sent again, where that would help.',
      schema: { type: 'integer', minimum: 0 },
    },
  };
}

function parameter(policy: OpenApiPolicy): OpenApiObject {
  const { header, required, maxLength } = policy;
  return {
    name: header,
    in: 'header',
    required,
    description: policyText(policy),
    // Who validates by this counts the quotes, too: keys of up to 253 characters pass in either form.
    schema: { type: 'string', minLength: 1, maxLength },
    example: '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
  };
}

function response({ description, codes, isRetryable = false }: Kind): OpenApiObject {
  const schema = {
    allOf: [ref('schemas', 'IdempotencyProblem'), { properties: { code: { enum: codes } } }],
  };
  return {
    description,
    ...(isRetryable && { headers: { 'Retry-After': ref('headers', 'RetryAfter') } }),
    content: { 'application/problem+json': { schema } },
  };
}

/** RFC 9457, with a code for programs, and the member `error` that Stripe's clients look at. */
function problemSchema(kinds: readonly Kind[]): OpenApiObject {
  const text = { type: 'string' };
  return {
    type: 'object',
    required: ['type', 'title', 'status', 'code', 'retryable'],
    properties: {
      type: { type: 'string', format: 'uri-reference' },
      title: text,
      status: { type: 'integer' },
      detail: text,
      code: { type: 'string', enum: kinds.flatMap(({ codes }) => codes) },
      retryable: {
        type: 'boolean',
        description: 'Whether the same request with the same key may succeed later.',
      },
      error: { type: 'object', properties: { type: text, code: text, message: text } },
    },
  };
}

function ref(kind: keyof OpenApiFragment['components'], name: string): OpenApiObject {
  return { $ref: `#/components/${kind}/${name}` };
}
