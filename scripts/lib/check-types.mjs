// The published types under every TypeScript and module resolution that users have.
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './npm.mjs';

const VERSIONS = ['5.9', '6.0', '7.0'];
const RESOLUTIONS = { nodenext: 'nodenext', bundler: 'preserve' };

/** Checks test/package/consumer.ts in the folder where the package is installed. */
export function checkTypes(root, tools, user) {
  copyFileSync(join(root, 'test', 'package', 'consumer.ts'), join(user, 'consumer.ts'));
  for (const [moduleResolution, module] of Object.entries(RESOLUTIONS)) {
    const compilerOptions = {
      moduleResolution,
      module,
      target: 'es2022',
      lib: ['es2022'],
      types: ['node'],
      typeRoots: [join(tools, 'node_modules', '@types')],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
    };
    const config = { compilerOptions, files: ['consumer.ts'] };
    writeFileSync(join(user, 'tsconfig.json'), JSON.stringify(config));
    for (const version of VERSIONS) {
      const tsc = join(tools, 'node_modules', `typescript-${version}`, 'bin', 'tsc');
      const said = run(process.execPath, [tsc, '--version'], { cwd: user }).trim();
      run(process.execPath, [tsc, '-p', '.'], { cwd: user });
      console.log(
        `Types: fine under TypeScript ${said.replace('Version ', '')}, ${moduleResolution}.`,
      );
    }
  }
}
