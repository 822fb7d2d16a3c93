import { type Duration, durationMs } from '../../core/duration.ts';
import { RuntwiceError } from '../../core/errors.ts';
import type { Keep } from '../../once/options.ts';

/** What a server does with keys: the same words as in the options of the mounts. */
export interface OpenApiOptions {
  /** Whose keys they are, in a sentence: `Each account has keys of its own.` */
  scope: string;
  /** Whether a request without a key is refused; default false. */
  required?: boolean;
  /** How long an answer is replayed; default 24 h. */
  keep?: Keep;
  /** How long the key without its answer is remembered after that; default 90 days. */
  remember?: Duration;
  /** Methods that take a key; default `POST` and `PATCH`. */
  methods?: readonly string[];
  /** What has to be the same when a key comes again, in a sentence; default what the mounts compare. */
  fingerprint?: string;
  /** Refuses bare keys: only strings in quotes (RFC 9651). Default false. */
  strict?: boolean;
  /** As the IETF's draft has it, or with the statuses and types of Stripe's API; default `ietf`. */
  dialect?: 'ietf' | 'stripe';
  /** A page about the policy. */
  policyUrl?: string;
}

/** The policy as facts: what a document publishes as `x-idempotency-policy`. */
export interface OpenApiPolicy {
  readonly header: 'Idempotency-Key';
  readonly required: boolean;
  readonly methods: readonly string[];
  readonly scope: string;
  readonly fingerprint: string;
  /** In seconds. */
  readonly keep: number | 'forever';
  /** In seconds; after `keep`. */
  readonly remember: number;
  readonly keyFormat: 'quoted' | 'quoted or bare';
  readonly maxLength: number;
  readonly dialect: 'ietf' | 'stripe';
  readonly url?: string;
}

const FINGERPRINT =
  'The method, the path, the query in any order, the type of the body, and the body have to be the same.';

export function policyOf(options: OpenApiOptions): OpenApiPolicy {
  const { scope, required = false, keep = '24h', remember = '90d', strict = false } = options;
  if (typeof scope !== 'string' || scope.trim() === '') throw noScope();
  return {
    header: 'Idempotency-Key',
    required,
    methods: options.methods ?? ['POST', 'PATCH'],
    scope,
    fingerprint: options.fingerprint ?? FINGERPRINT,
    keep: keep === 'forever' ? keep : durationMs(keep, 'keep') / 1000,
    remember: durationMs(remember, 'remember') / 1000,
    keyFormat: strict ? 'quoted' : 'quoted or bare',
    maxLength: 255,
    dialect: options.dialect ?? 'ietf',
    ...(options.policyUrl !== undefined && { url: options.policyUrl }),
  };
}

/** The policy as sentences (CommonMark), for those who read a rendered document. */
export function policyText(policy: OpenApiPolicy): string {
  const { required, methods, scope, fingerprint, keep, remember, keyFormat, url } = policy;
  const form = keyFormat === 'quoted' ? 'in quotes (RFC 9651)' : 'in quotes (RFC 9651) or bare';
  return [
    `A key that you make for one thing to be done, such as a UUID, ${form}; at most ${policy.maxLength} characters. ${required ? 'Required' : 'Optional'} for ${methods.join(', ')}.`,
    'Send the same request with the same key again where no answer came: it is not done again, and gets the answer of the first, with `Idempotent-Replayed: true`. Use a new key for everything else.',
    `**Whose keys they are:** ${scope}`,
    `**What is compared:** ${fingerprint}`,
    keep === 'forever'
      ? '**Expiry:** answers are kept forever.'
      : `**Expiry:** an answer is kept for ${inWords(keep)}. For ${inWords(remember)} after that, its key is refused with 409; then it is a new key.`,
    ...(url === undefined ? [] : [`The whole policy: <${url}>`]),
  ].join('\n\n');
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** `86400` → `24 hours`: the largest unit of which there are at least two, with nothing left over. */
function inWords(seconds: number): string {
  const [name, size] = UNITS.find(([, of]) => seconds >= 2 * of && seconds % of === 0) ?? [
    'second',
    1,
  ];
  const count = seconds / size;
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

function noScope(): RuntwiceError {
  return new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', 'the scope of keys is not said', {
    fix: "Say whose keys they are in a sentence: scope: 'Each account has keys of its own.'",
  });
}
