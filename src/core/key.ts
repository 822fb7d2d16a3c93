import { RuntwiceError } from './errors.ts';

/** What a key is unique in, and the key. */
export interface Identity {
  /** The application and its stage, such as `shop-prod`. */
  readonly namespace: string;
  /** Whose key it is, such as a tenant; empty where keys are unique in the whole operation. */
  readonly scope: string;
  /** What is done, such as `charge`. */
  readonly operation: string;
  readonly key: string;
}

/** An identity may be this long in UTF-8, separators included: an index of every database takes it. */
export const MAX_IDENTITY_BYTES = 512;

const encoder = new TextEncoder();

/**
 * One text for the whole identity: `namespace/scope/operation/key`. The first three are escaped, so
 * no two identities have the same text; what sorts together belongs together.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT where a part is empty (but the scope), not well-formed
 * Unicode, or the whole is longer than 512 bytes.
 */
export function identityText(identity: Identity): string {
  const { namespace, scope, operation, key } = identity;
  requirePart('namespace', namespace);
  requirePart('operation', operation);
  requirePart('key', key);
  if (scope !== '') requirePart('scope', scope);
  const text = `${escaped(namespace)}/${escaped(scope)}/${escaped(operation)}/${key}`;
  if (text.length * 3 > MAX_IDENTITY_BYTES) requireLength(text, key);
  return text;
}

/** The identity that a text of {@link identityText} stands for. */
export function parseIdentity(text: string): Identity {
  const [namespace = '', scope = '', operation = '', ...key] = text.split('/');
  return {
    namespace: unescaped(namespace),
    scope: unescaped(scope),
    operation: unescaped(operation),
    key: key.join('/'),
  };
}

/** The text that those identities begin with whose first parts are these. */
export function identityPrefix(namespace: string, scope?: string, operation?: string): string {
  const parts = [namespace, scope, operation].filter((part) => part !== undefined);
  return parts.map((part) => `${escaped(part)}/`).join('');
}

function requirePart(name: string, part: unknown): void {
  if (typeof part === 'string' && part !== '' && part.isWellFormed()) return;
  const what =
    typeof part !== 'string'
      ? `is no text: ${String(part)}`
      : part === ''
        ? 'is empty'
        : 'is not well-formed Unicode';
  throw new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', `the ${name} ${what}`, {
    fix: 'Give a text that names the one thing that is to be done once, such as an order number.',
  });
}

function requireLength(text: string, key: string): void {
  const bytes = encoder.encode(text).length;
  if (bytes <= MAX_IDENTITY_BYTES) return;
  throw new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    `the key is too long: ${bytes} bytes with namespace, scope and operation, at most ${MAX_IDENTITY_BYTES}`,
    { fix: 'Give a shorter key, such as a hash of this one.', data: { key, bytes } },
  );
}

function escaped(part: string): string {
  return /[%/]/u.test(part) ? part.replaceAll('%', '%25').replaceAll('/', '%2F') : part;
}

function unescaped(part: string): string {
  return part.replaceAll('%2F', '/').replaceAll('%25', '%');
}
