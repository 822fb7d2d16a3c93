// `npm run bench:peers`: installs the libraries that `npm run bench -- once` compares with.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install, isInstalled } from './lib/install.mjs';

const peers = join(dirname(dirname(fileURLToPath(import.meta.url))), 'bench', 'once', 'peers');

try {
  if (isInstalled(peers)) console.log('Peers: nothing to do (they match their package-lock.json).');
  else await install(peers);
} catch (error) {
  console.error(`Peers: ${error.message}`);
  process.exitCode = 1;
}
