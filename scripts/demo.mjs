// `npm start`: export a small folder twice, and see the second run skip everything.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist', 'cli', 'main.js');
const folder = mkdtempSync(join(tmpdir(), 'runtwice-demo-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const samples = {
  'photos/harbour.jpg': 'pixels of a harbour',
  'photos/mountain.jpg': 'pixels of a mountain',
  'notes/today.md': '# Today\n',
  'notes/empty.txt': '',
  'invoice-0001.pdf': 'an invoice',
};
for (const [name, content] of Object.entries(samples)) {
  const path = join(folder, 'library', name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

exportOnce('First run: everything is new.');
exportOnce('The same again: what is already there is skipped and counted.');
console.log('\nTry your own: node dist/cli/main.js export SOURCE DEST   (--help for more)');

function exportOnce(title) {
  console.log(`\n${title}\n$ runtwice export library backup`);
  const args = [main, 'export', 'library', 'backup'];
  const { status } = spawnSync(process.execPath, args, { cwd: folder, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
