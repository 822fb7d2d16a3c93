import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MAIN } from '../support/cli.ts';
import { requireOrSay } from '../support/require.ts';

const FOLDER = join(dirname(dirname(MAIN)), 'native');

/** The numbers of processors in the heads of programs, by the System V ABI. */
const MACHINES = { x64: 62, arm64: 183 };
const INTERPRETER = 3;

describe.each(Object.entries(MACHINES))('the helper for %s', (arch, machine) => {
  const path = join(FOLDER, `runtwice-native-${arch}`);

  const isThere = existsSync(path);
  // Another processor's takes a compiler for that one.
  if (arch === process.arch) requireOrSay(isThere, path, `the helper for ${arch}`);
  else if (!isThere) console.warn(`NOT RUN: the helper for ${arch} was not built.`);

  it.runIf(isThere)('is a static program for that processor', () => {
    const bytes = readFileSync(path);
    expect(bytes.subarray(0, 4).toString('latin1')).toBe('\u007fELF');
    expect(bytes.readUInt16LE(18)).toBe(machine);
    const [at, size, count] = [32, 54, 56].map((place) => bytes.readUInt16LE(place));
    const parts = Array.from({ length: count ?? 0 }, (_, index) =>
      bytes.readUInt32LE((at ?? 0) + index * (size ?? 0)),
    );
    expect(parts).not.toContain(INTERPRETER);
    expect(parts.length).toBeGreaterThan(0);
  });
});
