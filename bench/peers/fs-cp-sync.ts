// node fs-cp-sync.mjs FROM TO [skip]: Node's fs.cpSync, alone; `skip` leaves files that are there.
import { cpSync } from 'node:fs';

const [from = '', to = '', mode] = process.argv.slice(2);
cpSync(from, to, { recursive: true, force: mode !== 'skip' });
