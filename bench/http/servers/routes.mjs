// What each peer is to answer, with an effect half-way: one byte more in a file. `PORT EFFECTS REDIS`.
import { appendFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';

/** @type {(name: string) => any} */
export const load = createRequire(new URL('../peers/package.json', import.meta.url));

export const [port = '', effects = '', redis = ''] = process.argv.slice(2);

const STEP_MS = 100;

/** Takes a while on both sides of the effect, as talking to others does. */
export async function effect() {
  await delay(STEP_MS);
  appendFileSync(effects, '.');
  await delay(STEP_MS);
}

/** Bytes that are no text. */
export const BINARY = Buffer.from([0xff, 0xfe, 0, 1, 0x80, 0xc3, 0x28]);

export const LARGE = 'large '.repeat(250_000);

export const LINES = Array.from({ length: 5 }, (_, index) => `line ${index}\n`);

/** Another one each time, so that an answer made anew is seen. */
export function newId() {
  return crypto.randomUUID();
}
