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

/** Takes requests in the place of all servers there are, and answers them. */
export class Recorder {
  readonly #server: Server;
  readonly #options: RecorderOptions;
  /** Where the tunnel leads that a connection came by. */
  readonly #targets = new WeakMap<Socket, string>();
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
    response.on('error', () => {});
    const answer = answerFor(answers ?? [], method, url);
    const isPassed = answer === undefined && allowed.has(url);
    const passed = isPassed ? allowed.pass(request, response, url) : request.resume() && undefined;
    if (await isWhole(request)) arrivals.add(sentBy(request, url));
    if (isPassed) return passed;
    if (answer === undefined && answers !== undefined) this.#unanswered.add(`${method} ${url}`);
    give(answer ?? DEFAULT_ANSWER, response);
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
