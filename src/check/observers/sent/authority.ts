// Certificates for all servers that there are, of an authority that is made for one check.
import type { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '../../../vendor/x509.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const ISSUER = 'CN=runtwice check';

export class Authority {
  /** Its certificate, which the command is told to trust. */
  readonly pem: string;
  readonly #keys: webcrypto.CryptoKeyPair;
  readonly #contexts = new Map<string, Promise<SecureContext>>();

  private constructor(pem: string, keys: webcrypto.CryptoKeyPair) {
    this.pem = pem;
    this.#keys = keys;
  }

  static async make(): Promise<Authority> {
    const keys = await newKeys();
    const certificate = await X509CertificateGenerator.createSelfSigned({
      name: ISSUER,
      keys,
      signingAlgorithm: ALGORITHM,
      ...validity(),
      extensions: [
        new BasicConstraintsExtension(true, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      ],
    });
    return new Authority(certificate.toString('pem'), keys);
  }

  /** For a server of that name. */
  contextFor(host: string): Promise<SecureContext> {
    const known = this.#contexts.get(host) ?? this.certify([host]).then(createSecureContext);
    this.#contexts.set(host, known);
    return known;
  }

  /** A certificate for a server that has all these names, and its key. */
  async certify(hosts: readonly string[]): Promise<{ cert: string; key: string }> {
    const keys = await newKeys();
    const names = hosts.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }) as const);
    const certificate = await X509CertificateGenerator.create({
      subject: 'CN=a server in a check',
      issuer: ISSUER,
      publicKey: keys.publicKey,
      signingKey: this.#keys.privateKey,
      signingAlgorithm: ALGORITHM,
      ...validity(),
      extensions: [new SubjectAlternativeNameExtension(names)],
    });
    const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
    const lines = key.toString('base64').replaceAll(/(.{64})/gu, '$1\n');
    return {
      cert: certificate.toString('pem'),
      key: `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`,
    };
  }
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

/** Also where the command's clock is a day off. */
function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - 7 * DAY_MS), notAfter: new Date(now + 30 * DAY_MS) };
}
