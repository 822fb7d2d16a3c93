// The end of an answer waits for its record, also where its length is known.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { ReverseProxy } from '../../../src/cli/proxy/proxy.ts';
import { settingsOf } from '../../../src/cli/proxy/settings.ts';
import { begin, receive, send } from '../../adapters/http/suite/client.ts';
import { openLedgers } from '../../support/ledgers.ts';
import { TEST_STORES } from '../../support/stores.ts';
import { serveBehind } from './harness.ts';

it.each([
  ['of known length', { 'content-length': '8' }],
  ['in chunks', {}],
])('an answer %s is not whole before it is recorded', async (_, headers) => {
  const [memory] = TEST_STORES;
  if (memory === undefined) throw new Error('there is no store');
  const [asked, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const ledger = await (await openLedgers(memory)).open({}, (store) => ({
    async update(request) {
      if (request.state === 'done') {
        asked.resolve();
        await gate.promise;
      }
      return store.update(request);
    },
  }));
  const behind = await serveBehind(({ method }, response) => {
    response.writeHead(200, headers);
    if (method === 'GET') response.end('12345678');
    else response.write('1234', () => response.end('5678'));
  });
  const settings = settingsOf({ upstream: behind.url, scope: 'public' });
  const proxy = new ReverseProxy(settings, ledger, 'public', { began: () => {}, ended: () => {} });
  proxy.server.listen(0, '127.0.0.1');
  await once(proxy.server, 'listening');
  const url = `http://127.0.0.1:${(proxy.server.address() as AddressInfo).port}`;

  let isWhole = false;
  const answer = begin(url, '/x', 'one').response.then(async (response) => {
    const got = await receive(response);
    isWhole = true;
    return got;
  });
  await asked.promise;
  // What had been sent by then would be here after another request.
  await send(url, '/x', undefined, { method: 'GET', body: '' });
  expect(isWhole).toBe(false);
  gate.resolve();
  expect((await answer).body.toString()).toBe('12345678');
  await proxy.stop(0);
});
