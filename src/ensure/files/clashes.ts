import { sameContent } from './compare.ts';
import { type Bytes, baseName, display, type Folding, fold, join } from './names.ts';
import { type EntryKind, kindOf, type Plan, type PlannedFolder } from './plan.ts';

interface Claimant {
  readonly folder: PlannedFolder;
  readonly name: Bytes;
  readonly kind: EntryKind;
}

/**
 * Finds, before the first write, the entries that want one name: the same bytes, or, where the
 * destination ignores case and Unicode form, names that it takes for the same. Those with the same
 * content are twins; of others none is to be written.
 */
export async function markClashes(plan: Plan, folding: Folding): Promise<void> {
  const key = (path: Bytes): string => fold(path, folding);
  const wanted = claimants(plan, key);
  for (const group of wanted.values()) {
    if (group.length > 1) await judge(group);
  }
  markFoldersInTheWay(plan, wanted, key);
}

function claimants(plan: Plan, key: (path: Bytes) => string): Map<string, Claimant[]> {
  const wanted = new Map<string, Claimant[]>();
  for (const folder of plan.folders) {
    for (const name of folder.names) {
      const claimant = { folder, name, kind: kindOf(folder, name) };
      if (claimant.kind === 'problem') continue;
      const path = key(join(folder.target, name));
      const group = wanted.get(path);
      if (group === undefined) wanted.set(path, [claimant]);
      else group.push(claimant);
    }
  }
  return wanted;
}

async function judge(group: readonly Claimant[]): Promise<void> {
  const [first, ...others] = group as [Claimant, ...Claimant[]];
  for (const other of others) {
    if (!(await isTwin(first, other))) {
      for (const claimant of group) clash(claimant, group);
      return;
    }
  }
  for (const other of others) other.folder.twins.add(other.name);
}

async function isTwin(a: Claimant, b: Claimant): Promise<boolean> {
  const regular = (kind: EntryKind): boolean => kind === 'file' || kind === 'followed';
  if (a.kind === 'folder' && b.kind === 'folder') return true;
  if (!regular(a.kind) || !regular(b.kind)) return false;
  try {
    return await sameContent(join(a.folder.source, a.name), join(b.folder.source, b.name));
  } catch {
    return false;
  }
}

function clash(claimant: Claimant, group: readonly Claimant[]): void {
  const other = group.find((candidate) => candidate !== claimant) ?? claimant;
  const path = display(join(other.folder.source, other.name));
  claimant.folder.clashes.set(
    claimant.name,
    `wants the same name as ${path}, which has other content (neither was exported)`,
  );
}

/** A file of one source may want the name of a folder of another. */
function markFoldersInTheWay(
  plan: Plan,
  wanted: Map<string, Claimant[]>,
  key: (path: Bytes) => string,
): void {
  for (const folder of plan.folders) {
    for (const path of ancestorsOf(folder.target)) {
      const file = wanted.get(key(path))?.find(({ kind }) => kind !== 'folder');
      if (file === undefined) continue;
      const reason = `wants ${display(path)} as a folder, and another source as a file (neither was exported)`;
      for (const name of folder.names) folder.clashes.set(name, reason);
      file.folder.clashes.set(
        file.name,
        `wants the name of the folder ${display(baseName(path))} of another source (neither was exported)`,
      );
    }
  }
}

function* ancestorsOf(target: Bytes): Generator<Bytes> {
  if (target === '') return;
  for (let end = target.indexOf('/'); end >= 0; end = target.indexOf('/', end + 1)) {
    yield target.slice(0, end) as Bytes;
  }
  yield target;
}
