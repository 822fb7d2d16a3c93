// Requests that really go out, because the user allowed it.
import {
  type ClientRequest,
  type IncomingMessage,
  request as plain,
  type ServerResponse,
} from 'node:http';
import { request as encrypted } from 'node:https';
import { RuntwiceError } from '../../../core/errors.ts';
import { count } from '../../words.ts';
import { give } from './answers.ts';

/** Of one connection only: RFC 9110, 7.6.1. */
const HOP_HEADERS = [
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** No other kinds of requests go out. */
const PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

export class AllowedHosts {
  readonly #hosts: ReadonlySet<string>;
  /** By host, how many requests went to it, and why others could not. */
  readonly #sent = new Map<string, number>();
  readonly #failed = new Map<string, string>();

  /** @throws ERR_RUNTWICE_INVALID_ARGUMENT for what is no HOST and no HOST:PORT. */
  constructor(hosts: readonly string[]) {
    this.#hosts = new Set(hosts.map(checkedHost));
  }

  has(url: string): boolean {
    const { hostname = '', port = '', protocol = '' } = URL.parse(url) ?? {};
    const usual = PORTS[protocol];
    if (usual === undefined) return false;
    return this.#hosts.has(hostname) || this.#hosts.has(`${hostname}:${port || usual}`);
  }

  /** Passes a request on, and its answer back; ends when nothing more is to come. */
  async pass(request: IncomingMessage, response: ServerResponse, url: string): Promise<void> {
    const { host } = new URL(url);
    const ask = url.startsWith('https:') ? encrypted : plain;
    const { method, headers } = request;
    const out = ask(url, { method, headers: { ...without(headers), connection: 'close' } });
    const contact = ask === plain ? 'connect' : 'secureConnect';
    out.on('socket', (socket) =>
      socket.once(contact, () => this.#sent.set(host, (this.#sent.get(host) ?? 0) + 1)),
    );
    // Who is killed before the end of its request has asked for nothing.
    request.on('close', () => request.complete || out.destroy());
    request.pipe(out);
    try {
      await passBack(out, response);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (request.complete) this.#failed.set(host, code ?? message);
      if (response.headersSent) response.destroy();
      else give({ url, status: 502, body: `${host} cannot be reached: ${message}\n` }, response);
    }
  }

  get notes(): string[] {
    const sent = [...this.#sent].map(([host, number]) => `${number} to ${host}`);
    const total = [...this.#sent.values()].reduce((sum, number) => sum + number, 0);
    return [
      ...(total > 0
        ? [
            `${count(total, 'real request').toUpperCase()} LEFT THIS MACHINE, as was allowed: ${sent.join(', ')}`,
          ]
        : []),
      ...[...this.#failed].map(
        ([host, why]) => `${host} could not be reached (${why}): the command was answered with 502`,
      ),
    ];
  }
}

async function passBack(out: ClientRequest, response: ServerResponse): Promise<void> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    out.on('response', resolve).on('error', reject);
  });
  response.writeHead(answer.statusCode ?? 502, { ...without(answer.headers), connection: 'close' });
  await new Promise<void>((resolve, reject) => {
    // Also where the command has gone, so that the server has had its say.
    answer.on('data', (chunk: Buffer) => void response.write(chunk));
    answer.on('end', () => resolve(void response.end())).on('error', reject);
  });
}

function without(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !HOP_HEADERS.includes(name)),
  );
}

function checkedHost(host: string): string {
  const isHost = typeof host === 'string' && HOST.test(host);
  if (isHost) return host.toLowerCase();
  throw new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', `${JSON.stringify(host)} is no host`, {
    fix: 'Nothing was run. Give HOST or HOST:PORT, without http:// and path.',
  });
}

const HOST = /^(?:\[[\da-f:.]+\]|[^\s/@?#*:[\]]+)(?::\d{1,5})?$/iu;
