// Certificates for all servers that there are, of an authority that is made for one check.
import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { certificate } from './certificate.ts';

const DAY_MS = 86_400_000;
const ISSUER = 'runtwice check';

export class Authority {
  /** Its certificate, which the command is told to trust. */
  readonly pem: string;
  readonly #keys: KeyPairKeyObjectResult;
  readonly #contexts = new Map<string, SecureContext>();

  constructor() {
    const keys = newKeys();
    this.#keys = keys;
    this.pem = certificate({
      subject: ISSUER,
      issuer: ISSUER,
      publicKey: keys.publicKey,
      issuerKey: keys,
      ...validity(),
    });
  }

  /** For a server of that name. */
  contextFor(host: string): SecureContext {
    const known = this.#contexts.get(host) ?? createSecureContext(this.certify([host]));
    this.#contexts.set(host, known);
    return known;
  }

  /** A certificate for a server that has all these names, and its key. */
  certify(hosts: readonly string[]): { cert: string; key: string } {
    const { publicKey, privateKey } = newKeys();
    const cert = certificate({
      subject: 'a server in a check',
      issuer: ISSUER,
      publicKey,
      issuerKey: this.#keys,
      hosts,
      ...validity(),
    });
    return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  }
}

function newKeys(): KeyPairKeyObjectResult {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

/** Also where the command's clock is a day off. */
function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - 7 * DAY_MS), notAfter: new Date(now + 30 * DAY_MS) };
}
