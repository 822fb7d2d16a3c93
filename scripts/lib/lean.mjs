// Node's own modules, imported from ESM, run every getter they have: `node:fs` loads promises, streams
// and readline, `node:process` opens the standard streams, `node:child_process` loads the network, and
// `node:http` loads all of fetch, which takes 30 ms.
// In bundles they are read from `process.getBuiltinModule` instead, which saves each start 10 to 50 ms.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const OWN = {
  process: 'export default process;',
  child_process: `
    export const spawn = (...args) => process.getBuiltinModule('node:child_process').spawn(...args);
    export const spawnSync = (...args) => process.getBuiltinModule('node:child_process').spawnSync(...args);
    export default { spawn, spawnSync };`,
};

/** Few of its members are plain: add here what a bundle misses. */
const UTIL = ['getSystemErrorMessage', 'inspect', 'stripVTControlCharacters', 'styleText', 'types'];
OWN.util = `
    export const { ${UTIL.join(', ')} } = process.getBuiltinModule('node:util');
    export default { format: (...args) => process.getBuiltinModule('node:util').format(...args) };`;

const PLAIN = ['fs', 'http', 'os', 'path'];

function contentsOf(name) {
  return (
    OWN[name] ??
    `const all = process.getBuiltinModule('node:${name}');
    export default all;
    export const { ${plainKeys(require(`node:${name}`)).join(', ')} } = all;`
  );
}

/** Everything that is there without a getter. */
function plainKeys(module) {
  return Object.entries(Object.getOwnPropertyDescriptors(module))
    .filter(([, { get }]) => get === undefined)
    .map(([key]) => key);
}

export const leanBuiltins = {
  name: 'lean-builtins',
  setup({ onResolve, onLoad }) {
    const names = [...Object.keys(OWN), ...PLAIN].join('|');
    onResolve({ filter: new RegExp(`^node:(${names})$`) }, ({ path, kind, namespace }) =>
      namespace !== 'lean' && kind === 'import-statement'
        ? { path: path.slice('node:'.length), namespace: 'lean' }
        : null,
    );
    onLoad({ filter: /.*/, namespace: 'lean' }, ({ path }) => ({ contents: contentsOf(path) }));
  },
};
