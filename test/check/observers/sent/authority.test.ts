// What Node and openssl make of the certificates that a check makes.

import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Authority } from '../../../../src/check/observers/sent/authority.ts';
import { certificate } from '../../../../src/check/observers/sent/certificate.ts';
import { isInstalled } from '../../../support/check.ts';
import { tempFolder } from '../../../support/tree.ts';

const HOSTS = [
  'api.example',
  '*.shop.example',
  '127.0.0.1',
  '::1',
  '2001:db8::ff:1',
  '::ffff:1.2.3.4',
];

describe('a certificate that is made for a check', () => {
  it('is signed by its authority, for now and for these names only', async () => {
    const authority = new Authority();
    const root = new X509Certificate(authority.pem);
    expect(root).toMatchObject({ ca: true, subject: 'CN=runtwice check' });
    expect(root.verify(root.publicKey)).toBe(true);
    const one = new X509Certificate(authority.certify(HOSTS).cert);
    expect(one.ca).toBe(false);
    expect(one.checkIssued(root)).toBe(true);
    expect(one.verify(root.publicKey)).toBe(true);
    expect(one.verify(new X509Certificate(new Authority().pem).publicKey)).toBe(false);
    expect(one.checkHost('api.example')).toBe('api.example');
    expect(one.checkHost('a.shop.example')).toBe('*.shop.example');
    expect(one.checkHost('other.example')).toBeUndefined();
    for (const address of ['127.0.0.1', '::1', '2001:db8::ff:1', '::ffff:102:304'])
      expect(one.checkIP(address)).toBe(address);
    expect(one.checkIP('::2')).toBeUndefined();
    expect(Date.parse(one.validFrom)).toBeLessThan(Date.now() - 86_400_000);
    expect(Date.parse(one.validTo)).toBeGreaterThan(Date.now() + 86_400_000);
    expect(one.serialNumber).not.toBe(root.serialNumber);
  });

  it.runIf(isInstalled('openssl'))('is one for openssl, by its strictest rules', async () => {
    const [folder, authority] = [tempFolder(), new Authority()];
    const [root, one] = [join(folder, 'root.pem'), join(folder, 'one.pem')];
    writeFileSync(root, authority.pem);
    writeFileSync(one, authority.certify(HOSTS).cert);
    for (const host of [
      ['-verify_hostname', 'api.example'],
      ['-verify_ip', '2001:db8::ff:1'],
    ]) {
      const args = ['verify', '-x509_strict', '-CAfile', root, ...host, one];
      const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
      expect(status, stderr).toBe(0);
    }
  });

  it('lets a client in that trusts the authority, and no other', async () => {
    const authority = new Authority();
    const server = createServer(authority.certify(['localhost']), (socket) => socket.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const ask = (ca: string) =>
      new Promise((resolve) => {
        const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca });
        socket.on('data', (data) => resolve(String(data)));
        socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      });
    expect(await ask(authority.pem)).toBe('hello');
    expect(await ask(new Authority().pem)).toMatch(/CERT|SIGNATURE|ISSUER/u);
  });

  it('has years of four digits from 2050 on, and numbers that are long', () => {
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = certificate({
      subject: 's'.repeat(200),
      issuer: 'i',
      publicKey: keys.publicKey,
      issuerKey: keys,
      notBefore: new Date('2049-12-31T23:59:59Z'),
      notAfter: new Date('2050-01-01T00:00:00Z'),
      hosts: Array.from({ length: 100 }, (_, index) => `host-${index}.example`),
    });
    const one = new X509Certificate(pem);
    expect(new Date(one.validFrom).toISOString()).toBe('2049-12-31T23:59:59.000Z');
    expect(new Date(one.validTo).toISOString()).toBe('2050-01-01T00:00:00.000Z');
    expect(one.subject).toBe(`CN=${'s'.repeat(200)}`);
    expect(one.checkHost('host-99.example')).toBe('host-99.example');
  });
});
