// THIRD-PARTY-NOTICES: each bundled package with its version, licence and the licence's words.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const HEAD = `The files in dist/vendor contain the following packages, bundled unchanged but minified.
This file is written by the build.
`;

/** The text for the packages that own these files (paths from the root). */
export function noticesOf(root, files) {
  const folders = [...new Set(files.map((file) => packageFolder(root, file)))];
  const entries = folders.map((folder) => describe(root, folder));
  const unique = new Map(entries.map((entry) => [entry.title, entry]));
  const sorted = [...unique.values()].sort((a, b) => (a.title < b.title ? -1 : 1));
  return [HEAD, ...sorted.map((entry) => `${entry.title}\n\n${entry.text}\n`)].join(
    `\n${'-'.repeat(80)}\n\n`,
  );
}

function packageFolder(root, file) {
  let folder = dirname(join(root, file));
  while (!isPackage(folder)) folder = dirname(folder);
  return folder;
}

function isPackage(folder) {
  const path = join(folder, 'package.json');
  return existsSync(path) && JSON.parse(readFileSync(path, 'utf8')).name !== undefined;
}

function describe(root, folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (!license) throw new Error(`${name} names no licence; it cannot be bundled.`);
  const text = licenceText(folder) ?? unshippedText(root, name);
  if (!text) throw new Error(`${name} ships no licence text; it cannot be bundled.`);
  return { title: `${name} ${version} (${license})`, text };
}

/** The words of its licence: a file of their own, or what stands below that heading in the README. */
function licenceText(folder) {
  const read = (pattern) => {
    const file = readdirSync(folder).find((entry) => pattern.test(entry));
    return file && readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim();
  };
  const readme = () => read(/^readme(\..*)?$/i)?.split(/^#+ *licen[cs]e$/im)[1];
  return read(/^(licen[cs]e|copying)([-.].*)?$/i) ?? readme()?.trim();
}

/** The words of a licence that the package's repository has and its author forgot to pack. */
function unshippedText(root, name) {
  const path = join(root, 'scripts', 'licences', `${name}.txt`);
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
}
