import { hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import { RuntwiceError } from './errors.ts';

/**
 * How an input is turned into a fingerprint. A record keeps the version it was made with and is
 * compared by that one, so that a newer version of the package takes no old key for reused.
 */
const VERSIONS: Readonly<Record<string, (input: unknown) => string>> = {
  '1': (input) => {
    if (input === undefined) return hash('sha256', '', 'base64url');
    if (input instanceof Uint8Array) return hash('sha256', input, 'base64url');
    return hash('sha256', canonicalJson(input), 'base64url');
  },
};

const CURRENT = '1';

/**
 * The fingerprint of an input: its version and 43 characters. SHA-256 of the RFC 8785 text of a JSON
 * value, or of bytes as they are; what `undefined` and no bytes have is the hash of nothing.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT where the input is no JSON value.
 */
export function fingerprint(input: unknown, version: string = CURRENT): string {
  const make = Object.hasOwn(VERSIONS, version) ? VERSIONS[version] : undefined;
  if (make !== undefined) return `${version}:${make(input)}`;
  throw new RuntwiceError(
    'ERR_RUNTWICE_RECORD_TOO_NEW',
    `the record's fingerprint is of version ${version}, which this version of runtwice does not know`,
    { fix: 'Update runtwice: a newer version of it wrote the record.' },
  );
}

/** Whether a recorded fingerprint is that of the input; `own` is the input's current one. */
export function isSameInput(recorded: string, own: string, input: () => unknown): boolean {
  if (recorded === own) return true;
  const version = recorded.slice(0, recorded.indexOf(':'));
  return version !== CURRENT && fingerprint(input(), version) === recorded;
}
