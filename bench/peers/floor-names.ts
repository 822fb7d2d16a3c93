// node floor-names.mjs FROM TO: the least a program in Node can do to see that all names are there.
import { type Dirent, opendirSync } from 'node:fs';

const [from = '', to = ''] = process.argv.slice(2);
const missing = compare(from, to);
if (missing > 0) throw new Error(`${missing} names are missing`);

function compare(source: string, target: string): number {
  const [wanted, there] = [list(source), list(target)];
  let missing = 0;
  let at = 0;
  for (const { name, folder } of wanted) {
    while (at < there.length && (there[at]?.name ?? '') < name) at++;
    if (there[at]?.name !== name) missing++;
    else if (folder) missing += compare(`${source}/${name}`, `${target}/${name}`);
  }
  return missing;
}

function list(folder: string): { name: string; folder: boolean }[] {
  const entries: { name: string; folder: boolean }[] = [];
  const open = opendirSync(folder, { bufferSize: 1024 });
  let entry: Dirent | null = open.readSync();
  while (entry !== null) {
    entries.push({ name: entry.name, folder: entry.isDirectory() });
    entry = open.readSync();
  }
  open.closeSync();
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}
