import { once } from 'node:events';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { SMTPServerOptions } from '../../../vendor/smtp-server.ts';
import type { Arrivals } from '../sent/arrivals.ts';
import type { Authority } from '../sent/authority.ts';
import { PromptServer } from './connection.ts';
import { mailsBy } from './message.ts';
import { ENCRYPTED_PORT, MAIL_PORTS } from './ports.ts';

/** Takes mails in the place of all mail servers there are; nobody gets them. */
export class MailCatcher {
  /** By the ports at which the command finds it. */
  readonly relays: Readonly<Record<number, string>>;
  readonly #arrivals: Arrivals;
  readonly #plain: PromptServer;
  readonly #encrypted: PromptServer;
  #isUnread = false;

  private constructor(folder: string, arrivals: Arrivals, options: SMTPServerOptions) {
    this.#arrivals = arrivals;
    this.#plain = this.#server(options);
    this.#encrypted = this.#server({ ...options, secure: true });
    this.relays = Object.fromEntries(
      MAIL_PORTS.map((port) => [
        port,
        `${folder}/${port === ENCRYPTED_PORT ? 'smtps' : 'smtp'}.sock`,
      ]),
    );
  }

  /** Listens at sockets in that folder. */
  static async start(
    folder: string,
    arrivals: Arrivals,
    authority: Authority,
  ): Promise<MailCatcher> {
    const names = ['localhost', '127.0.0.1', '::1'];
    const catcher = new MailCatcher(folder, arrivals, {
      ...(await authority.certify(names)),
      SNICallback: (name, give) => {
        authority.contextFor(name).then((context) => give(null, context), give);
      },
    });
    await Promise.all([
      once(catcher.#plain.listen(`${folder}/smtp.sock`), 'listening'),
      once(catcher.#encrypted.listen(`${folder}/smtps.sock`), 'listening'),
    ]);
    return catcher;
  }

  /** Takes a connection that leads to `HOST:PORT`, where that is the port of mail servers. */
  take(connection: Socket, target: string): boolean {
    const port = MAIL_PORTS.find((one) => target.endsWith(`:${one}`));
    if (port === undefined) return false;
    const server = port === ENCRYPTED_PORT ? this.#encrypted : this.#plain;
    server.server.emit('connection', connection);
    return true;
  }

  get unread(): string[] {
    return this.#isUnread
      ? ['what it sent to a port of mail servers was not read: it is no mail']
      : [];
  }

  async close(): Promise<void> {
    const servers = [this.#plain, this.#encrypted];
    await Promise.all(
      servers.map(async (one) => {
        for (const connection of one.connections) connection._socket.destroy();
        one.close();
        await once(one, 'close');
      }),
    );
  }

  #server(options: SMTPServerOptions): PromptServer {
    return new PromptServer(
      {
        ...options,
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
          this.#arrivals.during(this.#take(buffer(stream), recipients).finally(() => done()));
        },
      },
      {
        onConnection: (connection) => this.#arrivals.watch(connection),
        onUnread: () => {
          this.#isUnread = true;
        },
      },
    );
  }

  /** Half a message is none. */
  async #take(message: Promise<Buffer>, recipients: readonly string[]): Promise<void> {
    try {
      this.#arrivals.add(await mailsBy(await message, recipients));
    } catch {
      // Its sender was killed before the end.
    }
  }
}
