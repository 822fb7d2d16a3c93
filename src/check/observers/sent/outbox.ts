import { join } from 'node:path';
import { count } from '../../words.ts';
import type { AllowedHosts } from '../http/allowed.ts';
import type { RequestAnswer } from '../http/answers.ts';
import { PROXY_PORT } from '../http/proxy.ts';
import { type Cut, Recorder } from '../http/recorder.ts';
import { MailCatcher } from '../mail/catcher.ts';
import { Arrivals } from './arrivals.ts';
import { Authority } from './authority.ts';
import type { Sent } from './sent.ts';

export interface OutboxOptions {
  /** Gets the sockets. */
  readonly folder: string;
  readonly answers: readonly RequestAnswer[] | undefined;
  readonly allowed: AllowedHosts;
  /** Variables of the command that lead to the mail server of the check. */
  readonly led: readonly string[];
}

/** So many requests are named in a note. */
const MOST_NAMED = 5;

/** Takes all that the command sends: what is to leave the machine ends here, unless it is allowed. */
export class Outbox {
  /** The certificate that the command is to trust. */
  readonly certificate: string;
  /** Sockets by the ports at which the command finds them. */
  readonly relays: Readonly<Record<number, string>>;
  readonly #options: OutboxOptions;
  readonly #arrivals: Arrivals;
  readonly #catcher: MailCatcher;
  readonly #recorder: Recorder;

  private constructor(
    options: OutboxOptions,
    arrivals: Arrivals,
    authority: Authority,
    catcher: MailCatcher,
    recorder: Recorder,
  ) {
    this.#options = options;
    this.#arrivals = arrivals;
    this.#catcher = catcher;
    this.#recorder = recorder;
    this.certificate = authority.pem;
    this.relays = { [PROXY_PORT]: socketOf(options), ...catcher.relays };
  }

  static async open(options: OutboxOptions): Promise<Outbox> {
    const [arrivals, authority] = [new Arrivals(), new Authority()];
    const catcher = await MailCatcher.start(options.folder, arrivals, authority);
    const recorder = await Recorder.start(socketOf(options), {
      arrivals,
      authority,
      answers: options.answers,
      allowed: options.allowed,
      takeMail: (connection, target) => catcher.take(connection, target),
    });
    return new Outbox(options, arrivals, authority, catcher, recorder);
  }

  /** A run begins; one of its requests may be cut. */
  begin(cut: Cut | undefined): void {
    this.#recorder.expect(cut);
  }

  /** What was sent in this run, once all of it has come in; and whether what was to be cut was. */
  async taken(): Promise<{ sent: Sent[]; requests: readonly string[]; isCut: boolean }> {
    const sent = await this.#arrivals.taken();
    return { sent, requests: this.#recorder.requests, isCut: this.#recorder.hasCut };
  }

  /** What was sent and could not be read. */
  get unread(): string[] {
    return [...this.#recorder.unread, ...this.#catcher.unread];
  }

  /** What should be known of the answers that the command got. */
  get notes(): string[] {
    const { allowed, led } = this.#options;
    const { unanswered } = this.#recorder;
    const named = unanswered.slice(0, MOST_NAMED).join(', ');
    const more = unanswered.length - MOST_NAMED;
    return [
      ...allowed.notes,
      ...(unanswered.length > 0
        ? [
            `no answer fits, so it got the default one: ${named}${more > 0 ? `, and ${count(more, 'other')}` : ''}`,
          ]
        : []),
      ...(led.length > 0 ? [`its mail server is that of the check: ${led.join(', ')}`] : []),
    ];
  }

  async close(): Promise<void> {
    await Promise.all([this.#recorder.close(), this.#catcher.close()]);
  }
}

function socketOf({ folder }: OutboxOptions): string {
  return join(folder, 'http.sock');
}
