// `npm run bench -- NAME [options]`: one folder a bench, each with a `bench(argv)` of its own.
import { isStop } from './lib/stop.ts';

type Bench = (argv: string[]) => Promise<void>;

const BENCHES: Record<string, () => Promise<{ bench: Bench }>> = {
  check: () => import('./check/bench.ts'),
  export: () => import('./export/bench.ts'),
  growth: () => import('./growth/bench.ts'),
  http: () => import('./http/bench.ts'),
  once: () => import('./once/bench.ts'),
};

async function main(argv: string[]): Promise<void> {
  const [name = '', ...rest] = argv;
  const load = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
  if (load === undefined) {
    const names = Object.keys(BENCHES).join(', ');
    console.error(`Usage: npm run bench -- NAME [--help] (there is: ${names})`);
    process.exitCode = 2;
    return;
  }
  await (await load()).bench(rest);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (!isStop(error)) throw error;
  console.error(`bench: ${error.message}`);
  process.exitCode = error.exit;
});
