// node fs-cp.mjs FROM TO [skip]: Node's fs.cp, alone; `skip` leaves files that are there.
import { cp } from 'node:fs/promises';

const [from = '', to = '', mode] = process.argv.slice(2);
await cp(from, to, { recursive: true, force: mode !== 'skip' });
