// Servers of a test's own, and bytes as they go over the wire.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { onTestFinished } from 'vitest';
import type { IdempotencyOptions } from '../../../../src/adapters/http/mounts/shared.ts';
import type { Ledger } from '../../../../src/once/ledger.ts';
import { openLedgers } from '../../../support/ledgers.ts';
import { TEST_STORES } from '../../../support/stores.ts';

export interface Served {
  readonly port: number;
  readonly url: string;
}

/** Serves until the test is over. */
export async function serve(listener: RequestListener): Promise<Served> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}` };
}

/** A ledger in memory. */
export async function memoryLedger(...options: Parameters<Opens>): Promise<Ledger> {
  const [memory] = TEST_STORES;
  if (memory === undefined) throw new Error('there is no store');
  return (await openLedgers(memory)).open(...options);
}

type Opens = Awaited<ReturnType<typeof openLedgers>>['open'];

export async function publicOptions(): Promise<IdempotencyOptions<object>> {
  return { ledger: await memoryLedger(), scope: 'public' };
}

/** A connection; `text` is what came until now. */
export interface Wire {
  readonly text: string;
  write(text: string | Uint8Array): void;
  /** Waits until what came is so. */
  until(holds: (text: string) => boolean): Promise<string>;
  /** Fulfilled with all that came, when the other side closed it. */
  readonly closed: Promise<string>;
  leave(): void;
}

export function wire({ port }: Served): Wire {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let text = '';
  const waiting = new Set<() => void>();
  const closed = Promise.withResolvers<string>();
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
    for (const look of waiting) look();
  });
  socket.on('error', () => {});
  socket.on('close', () => closed.resolve(text));
  return {
    get text() {
      return text;
    },
    write: (chunk) => void socket.write(chunk),
    until: (holds) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!holds(text)) return;
          waiting.delete(look);
          resolve(text);
        };
        waiting.add(look);
        void closed.promise.then(() => {
          look();
          reject(new Error(`the connection was closed after ${JSON.stringify(text)}`));
        });
        look();
      }),
    closed: closed.promise,
    leave: () => socket.resetAndDestroy(),
  };
}

/** A request as it goes over the wire. */
export function requestText(path: string, key: string, headers: string[] = [], body = ''): string {
  const lines = [
    `POST ${path} HTTP/1.1`,
    'Host: localhost',
    `Idempotency-Key: ${key}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
