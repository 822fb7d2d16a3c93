import { spawnSync } from 'node:child_process';

/** Before any test: dist matches the sources, as tests start the built command line. */
export default function buildDist(): void {
  const args = ['scripts/build.mjs', '--quiet'];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error('The build failed; its words are above.');
}
