import { once } from 'node:events';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { SecureContext } from 'node:tls';
import { SMTPConnection, SMTPServer } from '../../../vendor/smtp-server.ts';

export interface MailServerOptions {
  /** Whether connections are encrypted from their beginning; else they are when the client asks for it. */
  readonly isEncrypted: boolean;
  /** For clients that name no server. */
  readonly certificate: { readonly cert: string; readonly key: string };
  /** For a server of that name. */
  contextFor(host: string): SecureContext;
  /** Hears of each connection as long as more may come by it. */
  onConnection(connection: Socket): void;
  /** Hears of a mail that is about to come; it is accepted when that is done. */
  onMail(message: Promise<Buffer>, recipients: readonly string[]): Promise<void>;
  /** Hears that something came that could not be read. */
  onUnread(): void;
}

/** Accepts all mails, of clients that may be killed at any moment. */
export class MailServer {
  readonly #server: PromptServer;

  constructor(options: MailServerOptions) {
    this.#server = new PromptServer(options);
  }

  async listen(path: string): Promise<void> {
    await once(this.#server.listen(path), 'listening');
  }

  take(connection: Socket): void {
    this.#server.server.emit('connection', connection);
  }

  async close(): Promise<void> {
    for (const connection of this.#server.connections) connection._socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

class PromptServer extends SMTPServer {
  readonly #options: MailServerOptions;

  constructor(options: MailServerOptions) {
    const { certificate, isEncrypted, contextFor, onConnection, onMail, onUnread } = options;
    super({
      ...certificate,
      SNICallback: (host, give) => give(null, contextFor(host)),
      secure: isEncrypted,
      allowHalfOpen: true,
      name: 'localhost',
      logger: false,
      // Whoever logs in is let in, and who does not, too.
      authOptional: true,
      allowInsecureAuth: true,
      authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5', 'XOAUTH2'],
      onAuth: ({ username }, _session, done) => done(null, { user: username ?? 'anybody' }),
      disableReverseLookup: true,
      maxAllowedUnauthenticatedCommands: false,
      onData: (stream, { envelope }, done) => {
        const recipients = envelope.rcptTo.map(({ address }) => address);
        void onMail(buffer(stream), recipients).finally(() => done());
      },
    });
    this.#options = options;
    this.server.on('connection', onConnection);
    this.on('error', (error: NodeJS.ErrnoException) => {
      // Whoever is killed just goes away; whoever does not trust us, or speaks otherwise, says so.
      if (/^ERR_SSL|^TLSError/u.test(error.code ?? '')) onUnread();
    });
  }

  override connect(socket: Socket): void {
    const connection = new PromptConnection(this, socket, this.#options);
    this.connections.add(connection);
    connection.on('error', (error) => this.emit('error', error));
    connection.init();
  }
}

class PromptConnection extends SMTPConnection {
  readonly #options: MailServerOptions;

  constructor(server: PromptServer, socket: Socket, options: MailServerOptions) {
    super(server, socket);
    this.#options = options;
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
    this.#options.onConnection(connection);
  }

  override _onClose(): void {
    // Who greets is a mail client, and whoever says something else first is none.
    const isGreeted = this.openingCommand !== false || this.secure;
    if (!isGreeted && this.session.error !== undefined) this.#options.onUnread();
    super._onClose();
  }
}
