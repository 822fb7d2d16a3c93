// The proxy as its users run it: the built command line, in front of a server of the test's own.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type Got, type Sent, send } from '../../adapters/http/suite/client.ts';
import { type CliOptions, folder, type Running, startCli } from '../../support/cli.ts';

/** A server that the proxy stands before. */
export interface Behind {
  readonly url: string;
  readonly port: number;
  /** All requests that reached it. */
  readonly requests: IncomingMessage[];
  /** How many connections were made to it. */
  readonly connections: () => number;
  close(): Promise<void>;
}

export async function serveBehind(listener: RequestListener, port = 0): Promise<Behind> {
  const requests: IncomingMessage[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  const { port: actual } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${actual}`;
  return { url, port: actual, requests, connections: () => connections, close };
}

/** Answers with how many requests there were. */
export function counting(): RequestListener {
  let count = 0;
  return (request, response) => {
    count += 1;
    const id = count;
    request.resume().on('end', () => {
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ id }));
    });
  };
}

export interface StartedProxy extends Running {
  readonly url: string;
  /** The address of `--admin`. */
  readonly admin: string;
  readonly cwd: string;
  post(path: string, key?: string, sent?: Sent): Promise<Got>;
  /** What is on stderr by now. */
  stderr(): string;
  /** The lines of the log by now. */
  lines(): Record<string, unknown>[];
}

/** Starts it on a port of its own, with the ledger of the folder, and waits until it serves. */
export async function startProxy(
  args: readonly string[],
  { cwd = folder(), ...options }: CliOptions = {},
): Promise<StartedProxy> {
  const defaults = ['--listen', '127.0.0.1:0', '--ledger', 'sqlite:ledger.db'];
  const given = defaults.flatMap((flag, at) =>
    flag.startsWith('--') && !args.includes(flag) ? defaults.slice(at, at + 2) : [],
  );
  const running = startCli(['proxy', ...given, ...args], { cwd, ...options });
  let text = '';
  const served = new Promise<void>((resolve) => {
    running.child.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (/^runtwice proxy: .*\n/mu.test(text)) resolve();
    });
  });
  const failed = running.ended.then(({ code, stderr }) => {
    throw new Error(`the proxy ended with ${code}: ${stderr}`);
  });
  failed.catch(() => {});
  await Promise.race([served, failed]);
  const [, url = ''] = /^runtwice proxy: (\S+) →/mu.exec(text) ?? [];
  const [, admin = ''] = /health and metrics on (\S+)$/mu.exec(text) ?? [];
  return {
    ...running,
    url,
    admin,
    cwd,
    post: (path, key, sent) => send(url, path, key, sent),
    stderr: () => text,
    lines: () =>
      text
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}
