// Certificates of X.509 (RFC 5280), as few as a check needs: signed by ECDSA, with SHA-256, in DER (X.690).
// A library for all that there is of it takes 50 ms to load, in each check.
import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

export interface Certified {
  readonly subject: string;
  readonly issuer: string;
  /** Of whom it is certified. */
  readonly publicKey: KeyObject;
  readonly issuerKey: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** The names of a server; without any it is an authority. */
  readonly hosts?: readonly string[];
}

/** In PEM. */
export function certificate(of: Certified): string {
  const algorithm = sequence(identifier('2a8648ce3d040302'));
  const content = sequence(
    value(0xa0, integer(Buffer.of(2))),
    integer(serialNumber()),
    algorithm,
    commonName(of.issuer),
    sequence(time(of.notBefore), time(of.notAfter)),
    commonName(of.subject),
    keyOf(of.publicKey),
    value(0xa3, sequence(...extensionsOf(of))),
  );
  const signature = sign('sha256', content, of.issuerKey.privateKey);
  const whole = sequence(content, algorithm, bits(signature));
  const lines = whole.toString('base64').replaceAll(/(.{64})(?=.)/gu, '$1\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function extensionsOf({ publicKey, issuerKey, hosts }: Certified): Buffer[] {
  const byIssuer = sequence(value(0x80, keyIdentifier(issuerKey.publicKey)));
  const own = extension('551d0e', value(0x04, keyIdentifier(publicKey)));
  const authority = extension('551d23', byIssuer);
  if (hosts === undefined) {
    const isAuthority = sequence(value(0x01, Buffer.of(0xff)));
    // The bit for the signing of certificates, after two bits that are unused.
    const usage = value(0x03, Buffer.of(2, 0x04));
    return [
      extension('551d13', isAuthority, true),
      extension('551d0f', usage, true),
      own,
      authority,
    ];
  }
  return [extension('551d11', sequence(...hosts.map(generalName))), own, authority];
}

function generalName(host: string): Buffer {
  const version = isIP(host);
  if (version === 0) return value(0x82, Buffer.from(host));
  return value(0x87, version === 4 ? Buffer.from(host.split('.').map(Number)) : bytesOfV6(host));
}

function bytesOfV6(address: string): Buffer {
  // A part in the form of version 4 is written as the others, and an interface is left out.
  const plain = new URL(`http://[${address.replace(/%.*$/u, '')}]`).hostname.slice(1, -1);
  const [left = [], right = []] = plain
    .split('::')
    .map((half) => (half === '' ? [] : half.split(':')));
  const zeros = Array<string>(8 - left.length - right.length).fill('0');
  const groups = plain.includes('::') ? [...left, ...zeros, ...right] : left;
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

function extension(id: string, content: Buffer, isCritical = false): Buffer {
  const critical = isCritical ? [value(0x01, Buffer.of(0xff))] : [];
  return sequence(identifier(id), ...critical, value(0x04, content));
}

function commonName(name: string): Buffer {
  return sequence(value(0x31, sequence(identifier('550403'), value(0x0c, Buffer.from(name)))));
}

/** Until 2049 a year has two digits. */
function time(date: Date): Buffer {
  const digits = `${date.toISOString().slice(0, 19).replaceAll(/[-:T]/gu, '')}Z`;
  const isShort = date.getUTCFullYear() < 2050;
  return value(isShort ? 0x17 : 0x18, Buffer.from(isShort ? digits.slice(2) : digits));
}

/** Positive, and of full length. */
function serialNumber(): Buffer {
  const number = randomBytes(16);
  number[0] = ((number[0] ?? 0) & 0x3f) | 0x40;
  return number;
}

function keyOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

/** The hash of the point at the end of the key. */
function keyIdentifier(key: KeyObject): Buffer {
  return createHash('sha1').update(keyOf(key).subarray(-POINT_BYTES)).digest();
}

/** Of P-256, not compressed. */
const POINT_BYTES = 65;

function sequence(...parts: readonly Buffer[]): Buffer {
  return value(0x30, ...parts);
}

function integer(bytes: Buffer): Buffer {
  return value(0x02, bytes);
}

function identifier(hex: string): Buffer {
  return value(0x06, Buffer.from(hex, 'hex'));
}

function bits(bytes: Buffer): Buffer {
  return value(0x03, Buffer.of(0), bytes);
}

function value(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), lengthOf(content.length), content]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  if (length < 0x100) return Buffer.of(0x81, length);
  return Buffer.of(0x82, length >> 8, length & 0xff);
}
