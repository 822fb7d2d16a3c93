// node floor-copy.mjs FROM TO: the least for copies that are published whole: a temporary file and
// a link each, with mode and time kept; nothing is compared, counted, checked or made durable.
import * as fs from 'node:fs';

const LARGE = 256 * 1024;
const [from = '', to = ''] = process.argv.slice(2);
const stage = `${to}/.stage`;
const buffer = Buffer.allocUnsafe(LARGE);
let count = 0;

fs.mkdirSync(stage, { recursive: true });
copyFolder(from, to);
fs.rmdirSync(stage);

function copyFolder(source: string, target: string): void {
  const open = fs.opendirSync(source, { bufferSize: 1024 });
  for (let entry = open.readSync(); entry !== null; entry = open.readSync()) {
    const [here, there] = [`${source}/${entry.name}`, `${target}/${entry.name}`];
    if (entry.isDirectory()) {
      fs.mkdirSync(there);
      copyFolder(here, there);
    } else copyFile(here, there);
  }
  open.closeSync();
}

function copyFile(source: string, target: string): void {
  const temporary = `${stage}/${count++}`;
  const input = fs.openSync(source, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW);
  const { size, mode, atimeMs, mtimeMs } = fs.fstatSync(input);
  if (size > LARGE) fs.copyFileSync(source, temporary, fs.constants.COPYFILE_EXCL);
  const output = fs.openSync(temporary, size > LARGE ? 'r+' : 'wx', mode & 0o777);
  if (size <= LARGE) fs.writeSync(output, buffer, 0, fs.readSync(input, buffer, 0, LARGE, 0));
  fs.closeSync(input);
  fs.futimesSync(output, atimeMs / 1000, mtimeMs / 1000);
  fs.closeSync(output);
  fs.linkSync(temporary, target);
  fs.unlinkSync(temporary);
}
