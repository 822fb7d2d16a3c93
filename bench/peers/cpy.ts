// node cpy.mjs FROM TO [skip]: cpy, which takes globs; `skip` leaves files that are there.
import cpy from 'cpy';

const [from = '', to = '', mode] = process.argv.slice(2);
await cpy('**/*', to, { cwd: from, ignoreExisting: mode === 'skip' });
