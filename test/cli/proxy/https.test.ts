import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Authority } from '../../../src/check/observers/sent/authority.ts';
import { json } from '../../adapters/http/suite/client.ts';
import { folder } from '../../support/cli.ts';
import { counting, startProxy } from './harness.ts';

it('a server that is not trusted gets nothing, and its key is free; a trusted one gets it once', async () => {
  const authority = await Authority.make();
  const hosts: unknown[] = [];
  const listener = counting();
  const server = createServer(await authority.certify(['localhost']), (request, response) => {
    hosts.push(request.headers.host);
    listener(request, response);
  }).listen(0, 'localhost');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `localhost:${(server.address() as AddressInfo).port}`;
  const args = ['--upstream', `https://${host}`, '--scope', 'public'];
  const cwd = folder({ 'ca.pem': authority.pem });

  const wary = await startProxy(args, { cwd });
  const refused = await wary.post('/x', 'one');
  expect([refused.status, json(refused)['code']]).toEqual([503, 'upstream-unreachable']);
  expect(hosts).toEqual([]);

  const env = { NODE_EXTRA_CA_CERTS: join(cwd, 'ca.pem') };
  const trusting = await startProxy(args, { cwd, env });
  expect(json(await trusting.post('/x', 'one'))).toEqual({ id: 1 });
  expect(json(await trusting.post('/x', 'one'))).toEqual({ id: 1 });
  expect((await trusting.post('/x')).status).toBe(201);
  expect(hosts).toEqual([host, host]);
});
