// `npm run schema`: writes src/core/report.schema.json, the published schema, from the type `Report`.
// `--check` writes nothing and fails when the file is not what would be written.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';
import { MAX_REPORT_ITEMS, REPORT_SCHEMA } from '../src/core/report.ts';
import { run } from './lib/npm.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const file = join(root, 'src', 'core', 'report.schema.json');

const text = formatted(`${JSON.stringify(schema(), null, 2)}\n`);
if (existsSync(file) && readFileSync(file, 'utf8') === text) {
  console.log('Schema: nothing to do (it matches the types).');
} else if (process.argv.includes('--check')) {
  console.error('src/core/report.schema.json does not match the types. Run `npm run schema`.');
  process.exitCode = 1;
} else {
  writeFileSync(file, text);
  console.log('Schema: src/core/report.schema.json is written; commit it.');
}

/** Open to further fields, so that a report of a later version is valid too. */
function schema() {
  const generated = createGenerator({
    path: join(root, 'scripts', 'lib', 'report-root.ts'),
    tsconfig: join(root, 'tsconfig.json'),
    type: 'AnyReport',
    topRef: false,
    additionalProperties: true,
    sortProps: false,
    skipTypeCheck: true,
  }).createSchema('AnyReport');
  const { Report, ...definitions } = generated.definitions;
  for (const counted of [Report, definitions.Counts]) countInWholes(counted);
  Report.properties.items.maxItems = MAX_REPORT_ITEMS;
  for (const definition of Object.values(definitions)) withoutLinks(definition);
  return {
    $schema: generated.$schema,
    $id: `urn:${REPORT_SCHEMA.replace(/[./]/g, ':')}`,
    title: 'A report of runtwice',
    ...Report,
    definitions,
  };
}

/** TypeScript knows only numbers; these are counts and milliseconds. */
function countInWholes({ properties }) {
  for (const property of Object.values(properties)) {
    if (property.type === 'number') Object.assign(property, { type: 'integer', minimum: 0 });
  }
}

/** `{@link Outcome}` means nothing outside TypeScript. */
function withoutLinks(definition) {
  if (definition.description === undefined) return;
  const unlinked = definition.description.replace(/\s*\{\s*@link\s+(\S+?)\s*\}\s*/g, ' `$1`');
  definition.description = unlinked;
}

function formatted(json) {
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const args = [biome, 'format', `--stdin-file-path=${file}`];
  return run(process.execPath, args, { cwd: root, input: json });
}
