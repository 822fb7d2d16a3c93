// How large the installed package is. Raising a budget is a decision: say why in the commit.
// The suite for stores is apart from the library: no application loads it. So are the stores with their
// clients: an application loads the one that it uses.
// What speaks HTTP is apart for the same reason: each of its entries is loaded by who uses it.
// What checks commands and functions is a room that no application loads either, and its helper is a program.
const BUDGETS = {
  library: 400_000,
  stores: 240_000,
  testing: 150_000,
  check: 490_000,
  http: 50_000,
  native: 280_000,
  vendor: 2_500_000,
};

/** Takes the files that `npm pack` lists, with their sizes. */
export function checkSize(files) {
  const sizes = Object.fromEntries([...Object.keys(BUDGETS), 'cli'].map((part) => [part, 0]));
  for (const { path, size } of files) sizes[partOf(path)] += size;
  const words = Object.entries(sizes).map(([part, size]) => {
    const budget = BUDGETS[part] ? ` of ${kB(BUDGETS[part])}` : '';
    return `${part} ${kB(size)}${budget}`;
  });
  console.log(`Size, unpacked: ${words.join(', ')}.`);
  for (const [part, budget] of Object.entries(BUDGETS)) {
    if (sizes[part] > budget) throw new Error(`${part} is larger than its budget.`);
  }
}

/** All that is none of these counts as the library. */
function partOf(path) {
  if (path.startsWith('dist/vendor/') || path === 'THIRD-PARTY-NOTICES') return 'vendor';
  const [, room] = /^dist\/(testing|check|native)\//.exec(path) ?? [];
  if (room !== undefined) return room;
  if (path.startsWith('dist/adapters/http/')) return 'http';
  if (/^dist\/(?:stores|clients)\//.test(path)) return 'stores';
  return path.startsWith('dist/cli/') ? 'cli' : 'library';
}

function kB(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
