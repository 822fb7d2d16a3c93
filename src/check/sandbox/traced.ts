import { MAIL_PORTS } from '../observers/mail/ports.ts';
import type { Address } from '../scenarios/address.ts';
import { shown } from '../words.ts';
import type { Effect } from './effects.ts';
import { askedOf, runByHelper } from './helper.ts';
import { type HereOptions, nameOf, patternOf, within } from './here.ts';
import { HostRelays } from './host-relays.ts';
import type { Launched, Launcher, RunOptions } from './launch.ts';

/** A tracer sees calls and the paths in them, which a link in the copy can lead elsewhere. */
const PARTLY =
  'what it did outside of its copy was seen in part only: not through links, mapped files, sockets of this machine, or other processes';

/** Runs a command in a copy, with all of the machine in its reach, and sees each of its effects there. */
export class Traced implements Launcher {
  readonly kind = 'traced';
  readonly #helper: string;
  readonly #how: HereOptions;
  /** What it wrote to that is not in its copy. */
  readonly #outside = new Set<string>();

  constructor(helper: string, how: HereOptions) {
    this.#helper = helper;
    this.#how = how;
  }

  get unobserved(): string[] {
    const paths = [...this.#outside].map(shown).join(', ');
    if (paths === '') return [PARTLY];
    return [`it wrote outside of its copy, which was not looked at: ${paths}`, PARTLY];
  }

  launch(scratch: string, asked: RunOptions, signal: AbortSignal | undefined): Promise<Launched> {
    const { at, command, env, timeoutMs, relays } = this.#how;
    return within(scratch, at, async () => {
      const own = await HostRelays.open(asked.relays ?? {});
      try {
        const { kill, fail, ...rest } = asked;
        const args = askedOf({
          ...rest,
          ...(kill !== undefined && { kill: this.#here(kill) }),
          ...(fail !== undefined && { fail: this.#here(fail) }),
        });
        const run = await runByHelper({
          helper: this.#helper,
          args,
          command,
          cwd: `${at}/work`,
          env: { ...env, ...asked.env },
          timeoutMs,
          signal,
        });
        await Promise.all([relays.settled(), own.settled()]);
        return {
          ...run,
          effects: run.effects.map((effect) => this.#named(effect)),
          connects: run.connects.map((address) => this.#address(address)),
        };
      } finally {
        await own.close();
      }
    });
  }

  async close(): Promise<void> {
    await this.#how.relays.close();
  }

  #here<At extends Address>(address: At): At {
    if (address.name === 'send') return address;
    return { ...address, path: patternOf(this.#how, address.path) };
  }

  #named(effect: Effect): Effect {
    const { name, path, other } = effect;
    if (name === 'send') return { ...effect, path: this.#address(path) };
    return { name, path: this.#nameOf(path), other: other === '' ? other : this.#nameOf(other) };
  }

  #nameOf(path: string): string {
    const own = nameOf(this.#how, path);
    if (own === undefined) this.#outside.add(path);
    return own ?? path;
  }

  #address(address: string): string {
    const [, kind, path = ''] = /^(unix )(\/.*)$/su.exec(address) ?? [];
    if (kind !== undefined) return kind + (nameOf(this.#how, path) ?? path);
    // There a mail server of the machine listens, or nobody.
    const isOther = MAIL_PORTS.some(
      (port) => address.endsWith(`:${port}`) && this.#how.relays.missing.includes(port),
    );
    return isOther ? `${address} (of this machine)` : address;
  }
}
