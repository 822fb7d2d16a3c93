// The suite of all mounts, with the proxy in front of a plain server.
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { idemWithoutKey } from '../../../src/adapters/http/engine/idem.ts';
import type { HttpInterruption } from '../../../src/adapters/http/engine/options.ts';
import type { NeutralRequest } from '../../../src/adapters/http/engine/types.ts';
import { ReverseProxy } from '../../../src/cli/proxy/proxy.ts';
import { scopeOf } from '../../../src/cli/proxy/scope.ts';
import { type ProxySettings, settingsOf } from '../../../src/cli/proxy/settings.ts';
import type { Attempt } from '../../../src/once/attempt.ts';
import { describeMount } from '../../adapters/http/suite/describe-mount.ts';
import type { MountOptions, Routes, TestMount } from '../../adapters/http/suite/mount.ts';
import { answer, routeOf } from '../../adapters/http/suite/plain-server.ts';

const mount: TestMount = {
  name: 'the proxy',
  sees: 'raw',
  isRemote: true,
  async serve(routes, options) {
    const upstream = await serve(plainly(routes));
    const settings = await settingsFor(upstream.url, options);
    const env = { RUNTWICE_SCOPE_SECRET: 's'.repeat(32) };
    const scope = await scopeOf(settings, options.ledger, env);
    const watcher = { began: () => {}, ended: () => {} };
    const proxy = new ReverseProxy(settings, options.ledger, scope, watcher);
    return {
      url: await listen(proxy.server),
      async close() {
        await proxy.stop(0);
        await upstream.close();
      },
    };
  },
};

/** A handler that throws takes its connection with it. */
function plainly(routes: Routes): RequestListener {
  return async (request, response) => {
    try {
      const handler = routeOf(routes, `${request.method} ${request.url}`);
      const body = await json(request);
      answer(response, await handler({ idem: idemWithoutKey(), body }));
    } catch {
      response.destroy();
    }
  };
}

async function settingsFor(upstream: string, options: MountOptions): Promise<ProxySettings> {
  const { wait, headers, maxResponseBody, required, policyUrl, methods, dialect } = options;
  return {
    ...settingsOf({ upstream, scope: 'header:x-user' }),
    ...(wait !== undefined && { wait }),
    ...(headers !== undefined && { headers }),
    ...(maxResponseBody !== undefined && { maxResponseBody }),
    ...(required !== undefined && { isRequired: required }),
    ...(methods !== undefined && { methods }),
    ...(dialect !== undefined && { dialect }),
    policyUrl,
    ifInterrupted: await interruptionOf(options.ifInterrupted),
  };
}

async function interruptionOf(
  given: HttpInterruption | undefined,
): Promise<ProxySettings['ifInterrupted']> {
  if (typeof given !== 'function') return given ?? 'stop';
  const { url } = await serve(async (request, response) => {
    const asked = (await json(request)) as NeutralRequest & Attempt;
    const looked = await given(asked, asked);
    const isFound = looked !== 'unknown' && looked.happened;
    response.end(JSON.stringify(isFound ? { happened: true, ...looked.value } : looked));
  });
  return new URL(url);
}

async function serve(listener: RequestListener): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(listener);
  return {
    url: await listen(server),
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describeMount(mount);
