import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Metrics } from './metrics.ts';

/** Health and metrics. `isReady` says whether the ledger answers. */
export function adminServer(metrics: Metrics, isReady: () => Promise<boolean>): Server {
  const pages: Readonly<Record<string, (response: ServerResponse) => Promise<void> | void>> = {
    '/healthz': (response) => say(response, 200, 'ok'),
    async '/readyz'(response) {
      if (await isReady()) say(response, 200, 'ready');
      else say(response, 503, 'the ledger does not answer, or the proxy is being stopped');
    },
    async '/metrics'(response) {
      const text = await metrics.text();
      response.setHeader('content-type', metrics.contentType);
      response.end(text);
    },
  };
  return createServer(async ({ method, url = '' }, response) => {
    const page = Object.hasOwn(pages, url) ? pages[url] : undefined;
    if (page === undefined) say(response, 404, 'There are /healthz, /readyz and /metrics.');
    else if (method !== 'GET' && method !== 'HEAD') say(response, 405, 'GET it.');
    else await Promise.resolve(page(response)).catch(() => response.destroy());
  });
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
