import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { Arrivals } from '../sent/arrivals.ts';
import type { Authority } from '../sent/authority.ts';
import { mailsBy } from './message.ts';
import { ENCRYPTED_PORT, MAIL_PORTS } from './ports.ts';
import { MailServer } from './server.ts';

/** Takes mails in the place of all mail servers there are; nobody gets them. */
export class MailCatcher {
  /** By the ports at which the command finds it. */
  readonly relays: Readonly<Record<number, string>>;
  readonly #arrivals: Arrivals;
  readonly #plain: MailServer;
  readonly #encrypted: MailServer;
  #isUnread = false;

  private constructor(
    relays: Readonly<Record<number, string>>,
    arrivals: Arrivals,
    authority: Authority,
    certificate: { cert: string; key: string },
  ) {
    this.relays = relays;
    this.#arrivals = arrivals;
    const options = {
      certificate,
      contextFor: (host: string) => authority.contextFor(host),
      onConnection: (connection: Socket) => arrivals.watch(connection),
      onMail: (message: Promise<Buffer>, recipients: readonly string[]) =>
        this.#take(message, recipients),
      onUnread: () => {
        this.#isUnread = true;
      },
    };
    this.#plain = new MailServer({ ...options, isEncrypted: false });
    this.#encrypted = new MailServer({ ...options, isEncrypted: true });
  }

  /** Listens at sockets in that folder. */
  static async start(
    folder: string,
    arrivals: Arrivals,
    authority: Authority,
  ): Promise<MailCatcher> {
    const [plain, encrypted] = [join(folder, 'smtp.sock'), join(folder, 'smtps.sock')];
    const relays = MAIL_PORTS.map((port) => [port, port === ENCRYPTED_PORT ? encrypted : plain]);
    const certificate = authority.certify(['localhost', '127.0.0.1', '::1']);
    const catcher = new MailCatcher(Object.fromEntries(relays), arrivals, authority, certificate);
    await Promise.all([catcher.#plain.listen(plain), catcher.#encrypted.listen(encrypted)]);
    return catcher;
  }

  /** Takes a connection that leads to `HOST:PORT`, where that is the port of mail servers. */
  take(connection: Socket, target: string): boolean {
    const port = MAIL_PORTS.find((one) => target.endsWith(`:${one}`));
    if (port === undefined) return false;
    (port === ENCRYPTED_PORT ? this.#encrypted : this.#plain).take(connection);
    return true;
  }

  get unread(): string[] {
    return this.#isUnread
      ? ['what it sent to a port of mail servers was not read: it is no mail']
      : [];
  }

  async close(): Promise<void> {
    await Promise.all([this.#plain.close(), this.#encrypted.close()]);
  }

  #take(message: Promise<Buffer>, recipients: readonly string[]): Promise<void> {
    const taken = this.#read(message, recipients);
    this.#arrivals.during(taken);
    return taken;
  }

  /** Half a message is none. */
  async #read(message: Promise<Buffer>, recipients: readonly string[]): Promise<void> {
    try {
      this.#arrivals.add(await mailsBy(await message, recipients));
    } catch {
      // Its sender was killed before the end.
    }
  }
}
