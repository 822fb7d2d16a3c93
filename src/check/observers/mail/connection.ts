// Connections as the library has them, but for clients that are killed, and for as many runs as there are.
import type { Socket } from 'node:net';
import { SMTPConnection, SMTPServer, type SMTPServerOptions } from '../../../vendor/smtp-server.ts';

export interface Hearers {
  /** Hears of each connection as long as more may come by it. */
  onConnection(connection: Socket): void;
  /** Hears that something came that could not be read. */
  onUnread(): void;
}

class PromptConnection extends SMTPConnection {
  readonly #hearers: Hearers;

  constructor(server: PromptServer, socket: Socket, hearers: Hearers) {
    super(server, socket);
    this.#hearers = hearers;
  }

  /** Greets at once: the library waits for a tenth of a second, which each run would pay for. */
  override init(): void {
    this._setListeners(() => this.connectionReady());
  }

  /** All that came is read before the connection is closed, also where its sender was killed. */
  override _createParser(): ReturnType<SMTPConnection['_createParser']> {
    const parser = super._createParser();
    parser.on('finish', () => this._socket.end());
    return parser;
  }

  /** The library takes all listeners from a connection that it encrypts. */
  override upgrade(callback: () => void, secureCallback?: () => void): void {
    const connection = this._socket;
    super.upgrade(callback, secureCallback);
    this.#hearers.onConnection(connection);
  }

  override _onClose(): void {
    // Who greets is a mail client, and whoever says something else first is none.
    const isGreeted = this.openingCommand !== false || this.secure;
    if (!isGreeted && this.session.error !== undefined) this.#hearers.onUnread();
    super._onClose();
  }
}

export class PromptServer extends SMTPServer {
  readonly #hearers: Hearers;

  constructor(options: SMTPServerOptions, hearers: Hearers) {
    super({ ...options, allowHalfOpen: true });
    this.#hearers = hearers;
    this.server.on('connection', (connection) => hearers.onConnection(connection));
    this.on('error', (error: NodeJS.ErrnoException) => {
      // Whoever is killed just goes away; whoever does not trust us, or speaks otherwise, says so.
      if (/^ERR_SSL|^TLSError/u.test(error.code ?? '')) hearers.onUnread();
    });
  }

  override connect(socket: Socket): void {
    const connection = new PromptConnection(this, socket, this.#hearers);
    this.connections.add(connection);
    connection.on('error', (error) => this.emit('error', error));
    connection.init();
  }
}
