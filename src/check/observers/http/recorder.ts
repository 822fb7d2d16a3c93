import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Arrivals } from '../sent/arrivals.ts';
import type { Authority } from '../sent/authority.ts';
import type { AllowedHosts } from './allowed.ts';
import { answerFor, DEFAULT_ANSWER, give, type RequestAnswer } from './answers.ts';
import { isWhole, sentBy, urlOf } from './request.ts';
import { openTunnel } from './tunnel.ts';

export interface RecorderOptions {
  readonly arrivals: Arrivals;
  readonly authority: Authority;
  /** The first that fits is given; undefined where none were wanted. */
  readonly answers: readonly RequestAnswer[] | undefined;
  readonly allowed: AllowedHosts;
  /** Takes the connection where it leads to a mail server. */
  takeMail(connection: Socket, target: string): boolean;
}

/** A request whose connection is cut: before the server had it, or after, before the answer. */
export interface Cut {
  /** Of those that come in one run, from 1 on. */
  readonly number: number;
  readonly when: 'before' | 'after';
}

/** Takes requests in the place of all servers there are, and answers them. */
export class Recorder {
  readonly #server: Server;
  readonly #options: RecorderOptions;
  /** Where the tunnel leads that a connection came by. */
  readonly #targets = new WeakMap<Socket, string>();
  #cut: Cut | undefined;
  #requests: string[] = [];
  readonly #unread = new Set<string>();
  readonly #unanswered = new Set<string>();

  private constructor(options: RecorderOptions) {
    this.#options = options;
    this.#server = createServer((request, response) =>
      options.arrivals.during(this.#take(request, response)),
    );
    this.#server.on('connect', (request, connection) =>
      this.#tunnel(request, connection as Socket),
    );
    this.#server.on('connection', (connection) => options.arrivals.watch(connection));
  }

  /** Listens at that path. */
  static async start(socket: string, options: RecorderOptions): Promise<Recorder> {
    const recorder = new Recorder(options);
    await once(recorder.#server.listen(socket), 'listening');
    return recorder;
  }

  /** A run begins; one of its requests may be cut. */
  expect(cut: Cut | undefined): void {
    this.#cut = cut;
    this.#requests = [];
  }

  /** Those that came in this run: `GET http://host/path`. */
  get requests(): readonly string[] {
    return this.#requests;
  }

  /** Whether there was what was to be cut. */
  get hasCut(): boolean {
    return this.#cut !== undefined && this.#requests.length >= this.#cut.number;
  }

  /** Hosts to which something was sent that could not be read. */
  get unread(): string[] {
    return [...this.#unread].map((host) => `what it sent to ${host} is encrypted and was not read`);
  }

  /** Requests that the answers given say nothing of. */
  get unanswered(): readonly string[] {
    return [...this.#unanswered];
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { answers, allowed, arrivals } = this.#options;
    const { method = '' } = request;
    const url = urlOf(request, this.#targets.get(request.socket));
    const cut = this.#cutOf(`${method} ${url}`);
    response.on('error', () => {});
    const answer = answerFor(answers ?? [], method, url);
    const isPassed = answer === undefined && cut !== 'before' && allowed.has(url);
    const passed = isPassed ? allowed.pass(request, response, url) : request.resume() && undefined;
    const isSent = (await isWhole(request)) && cut !== 'before';
    if (isSent) arrivals.add(sentBy(request, url));
    if (cut !== undefined) return void request.socket.destroy();
    if (isPassed) return passed;
    if (answer === undefined && answers !== undefined) this.#unanswered.add(`${method} ${url}`);
    give(answer ?? DEFAULT_ANSWER, response);
  }

  #cutOf(name: string): Cut['when'] | undefined {
    this.#requests.push(name);
    return this.#requests.length === this.#cut?.number ? this.#cut.when : undefined;
  }

  #tunnel({ url = '' }: IncomingMessage, connection: Socket): void {
    const { authority, takeMail } = this.#options;
    connection.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (takeMail(connection, url)) return;
    openTunnel(connection, url, {
      authority,
      onPlain: (plain, target) => {
        this.#targets.set(plain, target);
        this.#server.emit('connection', plain);
      },
      onUnread: (target) => this.#unread.add(target),
    });
  }
}
