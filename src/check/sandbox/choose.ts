// The way to run a command that this machine has: kept apart, or, where that was allowed, not.
import { join } from 'node:path';
import { proxyEnv } from '../observers/http/proxy.ts';
import { CannotCheck } from './cannot-check.ts';
import { type HereOptions, hereEnv } from './here.ts';
import { HostRelays } from './host-relays.ts';
import { HOME, Isolated, type IsolatedOptions } from './isolated.ts';
import type { Launcher } from './launch.ts';
import type { Scratch } from './scratch.ts';
import { Timed } from './timed.ts';
import { Traced } from './traced.ts';

export interface Choice extends Omit<IsolatedOptions, 'helper'> {
  /** Undefined where there is none for this machine. */
  readonly helper: string | undefined;
  readonly isUnisolated: boolean;
  readonly scratch: Scratch;
  /** The certificate to be trusted, in its home. */
  readonly certificate: string;
}

/** @throws CannotCheck where it cannot be kept apart, and has to be. */
export async function chooseLauncher(choice: Choice): Promise<Launcher> {
  const { helper, isUnisolated } = choice;
  if (!isUnisolated && helper !== undefined) return isolated(choice, helper);
  return (helper && (await isolatedIfPossible(choice, helper))) || here(choice);
}

function isolated({ env, certificate, ...choice }: Choice, helper: string): Promise<Isolated> {
  const all = { ...env, ...proxyEnv(join(HOME, certificate)) };
  return Isolated.start({ ...choice, helper, env: all });
}

/** Undefined where not even what does nothing can be kept apart. */
async function isolatedIfPossible(choice: Choice, helper: string): Promise<Isolated | undefined> {
  let launcher: Isolated | undefined;
  try {
    launcher = await isolated(choice, helper);
    await launcher.try(choice.scratch.base);
    return launcher;
  } catch (error) {
    await launcher?.close();
    if (error instanceof CannotCheck) return undefined;
    throw error;
  }
}

async function here(choice: Choice): Promise<Launcher> {
  const { helper, scratch, folder, command, timeoutMs, certificate } = choice;
  const at = scratch.pathOf('here');
  const env = { ...hereEnv(choice.env, at), ...proxyEnv(join(at, 'home', certificate)) };
  const relays = await HostRelays.open(choice.relays);
  const how: HereOptions = { command, folder, env, timeoutMs, at, relays };
  return helper !== undefined && (await canTrace(helper, how, scratch.base))
    ? new Traced(helper, how)
    : new Timed(how);
}

async function canTrace(helper: string, how: HereOptions, base: string): Promise<boolean> {
  try {
    await new Traced(helper, { ...how, command: [helper] }).launch(base, {}, undefined);
    return true;
  } catch (error) {
    if (error instanceof CannotCheck) return false;
    throw error;
  }
}
