// node floor-names.mjs FROM TO: the least a program in Node can do to see that all names are there.
import { list } from './lib/list.ts';

const [from = '', to = ''] = process.argv.slice(2);
const missing = compare(from, to);
if (missing > 0) throw new Error(`${missing} names are missing`);

function compare(source: string, target: string): number {
  const { names, folders } = list(source);
  const there = list(target).names;
  let missing = 0;
  let at = 0;
  for (const name of names) {
    while (at < there.length && (there[at] ?? '') < name) at++;
    if (there[at] !== name) missing++;
  }
  for (const name of folders) missing += compare(`${source}/${name}`, `${target}/${name}`);
  return missing;
}
