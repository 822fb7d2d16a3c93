// `npm run bench:peers`: installs the libraries that `npm run bench -- once` and `npm run peers:http` compare with.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install, isInstalled } from './lib/install.mjs';

const bench = join(dirname(dirname(fileURLToPath(import.meta.url))), 'bench');

try {
  for (const name of ['once', 'http']) {
    const peers = join(bench, name, 'peers');
    if (isInstalled(peers)) console.log(`Peers of ${name}: nothing to do (they match their lock).`);
    else await install(peers);
  }
} catch (error) {
  console.error(`Peers: ${error.message}`);
  process.exitCode = 1;
}
