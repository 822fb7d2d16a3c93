import { MAIL_PORTS } from '../observers/mail/ports.ts';
import type { Address } from '../scenarios/address.ts';
import { shown } from '../words.ts';
import type { Effect } from './effects.ts';
import { askedOf, runByHelper } from './helper.ts';
import { type HereOptions, nameOf, patternOf, within } from './here.ts';
import { HostRelays } from './host-relays.ts';
import type { Launched, Launcher, RunOptions } from './launch.ts';

/** Runs a command in a copy, with all of the machine in its reach, and sees each of its effects. */
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
    return paths === '' ? [] : [`it wrote outside of its copy, which was not looked at: ${paths}`];
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
    const own = nameOf(this.#how, path);
    if (own === undefined) this.#outside.add(path);
    return { name, path: own ?? path, other: nameOf(this.#how, other) ?? other };
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
