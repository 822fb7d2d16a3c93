// node fs-extra.mjs FROM TO [skip]: copy of fs-extra, which has no types installed here.
type Copy = (from: string, to: string, options: { overwrite: boolean }) => Promise<void>;

const name: string = 'fs-extra';
const { copy } = ((await import(name)) as { default: { copy: Copy } }).default;

const [from = '', to = '', mode] = process.argv.slice(2);
await copy(from, to, { overwrite: mode !== 'skip' });
