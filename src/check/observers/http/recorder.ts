import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import { Authority } from './authority.ts';

/** A request that the command sent; nobody but the recorder got it. */
export interface Sent {
  readonly method: string;
  readonly url: string;
  /** Its `Idempotency-Key`. */
  readonly key: string | undefined;
  /** False where it was cut off before its end. */
  readonly isWhole: boolean;
}

/** A request whose connection is cut: before the server had it, or after, before the answer. */
export interface Cut {
  /** Of those that came whole in one run, from 1 on. */
  readonly number: number;
  readonly when: 'before' | 'after';
}

/** Where the helper listens inside for what is sent by way of a proxy: see `native/relay.c`. */
export const PROXY_PORT = 47_001;

/** Its address, as the helper tells it. */
export const PROXY: string = `tcp 127.0.0.1:${PROXY_PORT}`;

/** The variables that have most programs use the proxy, and trust the certificate in that file. */
export function proxyEnv(certificate: string): Record<string, string> {
  const all = (names: readonly string[], value: string) => names.map((name) => [name, value]);
  return Object.fromEntries([
    ...all(PROXY_NAMES, `http://127.0.0.1:${PROXY_PORT}`),
    ...all(['no_proxy', 'NO_PROXY'], ''),
    ...all(TRUST_NAMES, certificate),
    ['NODE_USE_ENV_PROXY', '1'],
  ]);
}

const PROXY_NAMES = [
  'http_proxy',
  'https_proxy',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'all_proxy',
  'ALL_PROXY',
];

const TRUST_NAMES = [
  'SSL_CERT_FILE',
  'NODE_EXTRA_CA_CERTS',
  'CURL_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'AWS_CA_BUNDLE',
  'DENO_CERT',
  'npm_config_cafile',
];

/** So many milliseconds at least may what was sent take to come in, when the command has ended. */
const MAX_WAITS = 2000;

const ANSWER = '{"ok":true}\n';

/** Takes requests in the place of all servers there are, and answers each with 200. */
export class Recorder {
  readonly socket: string;
  readonly #server: Server;
  readonly #authority: Authority;
  readonly #connections = new Set<Socket>();
  #sent: Sent[] = [];
  #cut: Cut | undefined;
  #came = 0;
  readonly #unread = new Set<string>();

  private constructor(socket: string, authority: Authority) {
    this.socket = socket;
    this.#authority = authority;
    this.#server = createServer((request, response) => void this.#take(request, response));
    this.#server.on('connect', (request, connection) =>
      this.#tunnel(request, connection as Socket),
    );
    this.#server.on('connection', (connection) => {
      this.#connections.add(connection);
      connection.on('close', () => this.#connections.delete(connection));
    });
  }

  /** Listens at that path. */
  static async start(socket: string): Promise<Recorder> {
    const recorder = new Recorder(socket, await Authority.make());
    await once(recorder.#server.listen(socket), 'listening');
    return recorder;
  }

  /** A run begins; one of its requests may be cut. */
  expect(cut: Cut | undefined): void {
    this.#cut = cut;
    this.#came = 0;
  }

  /** Whether there was what was to be cut. */
  get hasCut(): boolean {
    return this.#cut !== undefined && this.#came >= this.#cut.number;
  }

  /** What was sent since it was asked last, once all of it has come in. */
  async taken(): Promise<Sent[]> {
    for (let waits = 0; this.#connections.size > 0 && waits < MAX_WAITS; waits++) await delay(1);
    for (const connection of this.#connections) connection.destroy();
    const sent = this.#sent;
    this.#sent = [];
    return sent;
  }

  /** The certificate that the command is to trust. */
  get certificate(): string {
    return this.#authority.pem;
  }

  /** Hosts to which something was sent that could not be read. */
  get unread(): readonly string[] {
    return [...this.#unread];
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', headers } = request;
    let isWhole = true;
    try {
      request.resume();
      await finished(request);
    } catch {
      isWhole = false;
    }
    const cut = this.#isToBeCut(isWhole) ? this.#cut?.when : undefined;
    if (cut === 'before') return void request.socket.destroy();
    const key = headers['idempotency-key'];
    this.#sent.push({
      method,
      url: urlOf(request),
      key: Array.isArray(key) ? key.join() : key,
      isWhole,
    });
    if (cut === 'after') return void request.socket.destroy();
    response.on('error', () => {});
    response.writeHead(200, { 'content-type': 'application/json', connection: 'close' });
    response.end(method === 'HEAD' ? undefined : ANSWER);
  }

  #isToBeCut(isWhole: boolean): boolean {
    if (isWhole) this.#came += 1;
    return isWhole && this.#came === this.#cut?.number;
  }

  /** What comes through a tunnel is read all the same, also where it is encrypted. */
  #tunnel({ url = '' }: IncomingMessage, connection: Socket): void {
    connection.on('error', () => {});
    connection.write('HTTP/1.1 200 Connection established\r\n\r\n');
    connection.once('data', (first: Buffer) => {
      const isEncrypted = first[0] === TLS_HANDSHAKE;
      // It takes a moment until there is a certificate: what nobody takes by then is else lost.
      if (isEncrypted) connection.pause();
      connection.unshift(first);
      if (isEncrypted) void this.#decrypt(connection, url);
      else this.#server.emit('connection', connection);
    });
  }

  /** Whoever does not trust our authority says nothing more: that is told, and never taken for nothing. */
  async #decrypt(connection: Socket, url: string): Promise<void> {
    const secureContext = await this.#authority.contextFor(url.replace(/:\d+$/u, ''));
    const plain = new TLSSocket(connection, { isServer: true, secureContext });
    plain.on('error', () => {
      this.#unread.add(url);
      connection.destroy();
    });
    this.#server.emit('connection', plain);
  }
}

/** The first byte of an encrypted connection: RFC 8446, 5.1. */
const TLS_HANDSHAKE = 22;

/** Where it was sent to; through a tunnel only the host is told beside the path. */
function urlOf({ url = '', headers: { host = '' }, socket }: IncomingMessage): string {
  if (!url.startsWith('/')) return url;
  return `${socket instanceof TLSSocket ? 'https' : 'http'}://${host}${url}`;
}
