import { resolve } from 'node:path';
import { Databases } from './observers/database/databases.ts';
import { proxyEnv } from './observers/http/proxy.ts';
import { mailVariables } from './observers/mail/variables.ts';
import { Outbox } from './observers/sent/outbox.ts';
import type { CheckOptions, Settled } from './options.ts';
import { flagsOf } from './replay.ts';
import { chooseLauncher } from './sandbox/choose.ts';
import { type Environment, environmentOf } from './sandbox/environment.ts';
import { HOME } from './sandbox/isolated.ts';
import { Sandbox } from './sandbox/sandbox.ts';
import { Scratch } from './sandbox/scratch.ts';
import { visibleFolders } from './sandbox/visible.ts';
import type { Trial } from './trial.ts';
import { World } from './world.ts';

/** In its home. */
const CERTIFICATE = '.runtwice-certificate.pem';

/** All that a check needs before the first run. */
export interface SetUp
  extends Pick<Trial, 'sandbox' | 'world' | 'ignored' | 'folder' | 'command' | 'flags' | 'outbox'> {
  close(): Promise<void>;
}

export async function setUp(
  helper: string | undefined,
  command: readonly string[],
  options: CheckOptions,
  { folder, timeoutMs, ignored, answers, allowed, databases: wanted }: Settled,
  { env, led }: Environment,
): Promise<SetUp> {
  const ends: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const end of ends.reverse()) await end();
  };
  try {
    const scratch = await Scratch.take(helper, folder);
    ends.push(() => scratch.remove());
    const outbox = await Outbox.open({ folder: scratch.pathOf('.'), answers, allowed, led });
    ends.push(() => outbox.close());
    scratch.addToHome(CERTIFICATE, outbox.certificate);
    const databases = await Databases.open(wanted, (name) => scratch.pathOf(name));
    ends.push(() => databases.close());
    const launcher = await chooseLauncher({
      helper,
      isUnisolated: options.unisolated ?? false,
      scratch,
      command,
      folder,
      env,
      certificate: CERTIFICATE,
      visible: visibleFolders(command, options.visible ?? [], folder),
      writable: (options.writable ?? []).map((path) => resolve(path)),
      timeoutMs,
      relays: outbox.relays,
    });
    ends.push(() => launcher.close());
    const sandbox = new Sandbox(launcher, outbox, options.signal);
    const world = new World(scratch, databases);
    return { sandbox, world, ignored, folder, command, flags: flagsOf(options), outbox, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What the command gets to see of the caller's variables. */
export function environment({ env = [], mail = [] }: CheckOptions): Environment {
  const own = Object.entries(process.env).filter(([name]) => !env.includes(name));
  const led = mailVariables(Object.fromEntries(own), mail);
  const made = environmentOf(process.env, HOME, env, led);
  // These it gets from us.
  const ours = proxyEnv(CERTIFICATE);
  return { ...made, withheld: made.withheld.filter((name) => ours[name] === undefined) };
}
