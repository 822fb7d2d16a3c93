// Who exports, and how each is called. FROM and TO are folders.
import { join } from 'node:path';
import type { Contestant } from '../lib/alternate.ts';
import { isInPath } from '../lib/child.ts';
import { compilePeers, copyOfOurs, packageVersion, programVersion } from '../lib/programs.ts';

/**
 * What a contestant promises or looks at. Only rows of one kind are held against each other:
 * 'name' and 'stat' on a second run, 'plain' and 'durable' on a first one.
 */
export type Kind = 'name' | 'stat' | 'plain' | 'durable';

export interface Exporter extends Contestant {
  readonly kind: Kind;
}

export interface Lineup {
  readonly first: readonly Exporter[];
  readonly again: readonly Exporter[];
  readonly versions: Record<string, string>;
  readonly missing: readonly string[];
}

export const OURS = {
  name: 'runtwice --identity name',
  auto: 'runtwice',
  none: 'runtwice --durability none',
  group: 'runtwice --durability group',
  file: 'runtwice --durability file',
} as const;

const ONE: Kind[] = ['plain', 'name'];

export async function lineup(scratch: string, from: string, to: string): Promise<Lineup> {
  const [main, peers, node] = [copyOfOurs(scratch), compilePeers(), process.execPath];
  const versions: Record<string, string> = {};
  const missing: string[] = [];
  const first: Exporter[] = [];
  const again: Exporter[] = [];

  const add = (name: string, role: Contestant['role'], kind: Kind, command: string[]) => {
    const run = kind === 'plain' || kind === 'durable' ? first : again;
    // GNU cp 9.2 to 9.4 call a skip a failure.
    const okExits = name === 'cp -rn' && kind === 'name' ? [1] : [];
    run.push({ name, role, kind, command, okExits });
  };
  const ours = (name: string, kind: Kind, ...flags: string[]) =>
    add(name, 'ours', kind, [node, main, 'export', ...flags, from, to]);
  const floor = (name: string, kind: Kind, program: string) =>
    add(name, 'floor', kind, [node, join(peers, program), from, to]);

  ours(OURS.none, 'plain', '--durability', 'none');
  ours(OURS.group, 'durable');
  ours(OURS.file, 'durable', '--durability', 'file');
  ours(OURS.name, 'name', '--identity', 'name');
  ours(OURS.auto, 'stat');

  if (isInPath('cp')) {
    versions['cp'] = (await programVersion('cp')) ?? '';
    add('cp -r', 'peer', 'plain', ['cp', '-r', `${from}/.`, to]);
    for (const kind of ONE) add('cp -rn', 'peer', kind, ['cp', '-rn', `${from}/.`, to]);
  } else missing.push('cp');

  if (isInPath('rsync')) {
    versions['rsync'] = (await programVersion('rsync')) ?? '';
    const rsync = (name: string, kind: Kind, ...flags: string[]) =>
      add(name, 'peer', kind, ['rsync', '-a', ...flags, `${from}/`, `${to}/`]);
    for (const kind of ['plain', 'stat'] as const) rsync('rsync -a', kind);
    for (const kind of ONE) rsync('rsync --ignore-existing', kind, '--ignore-existing');
    rsync('rsync -a --fsync', 'durable', '--fsync');
  } else missing.push('rsync');

  for (const [name, program, pack] of NODE_PEERS) {
    const version = pack === undefined ? process.version : packageVersion(pack);
    if (version === undefined) {
      missing.push(name);
      continue;
    }
    versions[name] = version;
    const command = [node, join(peers, program), from, to];
    add(name, 'peer', 'plain', command);
    add(name, 'peer', 'name', [...command, 'skip']);
  }

  floor('floor: temp + link', 'plain', 'floor-copy.mjs');
  floor('floor: names', 'name', 'floor-names.mjs');
  floor('floor: size + time', 'stat', 'floor-stat.mjs');
  add('floor: node -e 0', 'floor', 'name', [node, '-e', '0']);
  return { first, again, versions, missing };
}

const NODE_PEERS: [name: string, program: string, pack?: string][] = [
  ['fs.cp', 'fs-cp.mjs'],
  ['fs.cpSync', 'fs-cp-sync.mjs'],
  ['fs-extra', 'fs-extra.mjs', 'fs-extra'],
  ['cpy', 'cpy.mjs', 'cpy'],
];
