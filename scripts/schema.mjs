// `npm run schema`: writes the published schemas from the types of the reports.
// `--check` writes nothing and fails when a file is not what would be written.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';
import { MAX_REPORT_ITEMS, REPORT_SCHEMA } from '../src/core/report.ts';
import { run } from './lib/npm.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

update('src/core/report.schema.json', reportSchema);
update('src/check/check-report.schema.json', checkReportSchema);

function update(name, schema) {
  const file = join(root, name);
  const text = formatted(file, `${JSON.stringify(schema(), null, 2)}\n`);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) {
    console.log(`Schema: nothing to do (${name} matches the types).`);
  } else if (process.argv.includes('--check')) {
    console.error(`${name} does not match the types. Run \`npm run schema\`.`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, text);
    console.log(`Schema: ${name} is written; commit it.`);
  }
}

function reportSchema() {
  const { $schema, definitions: all } = generated('scripts/lib/report-root.ts', 'AnyReport');
  const { Report, ...definitions } = all;
  for (const counted of [Report, definitions.Counts]) countInWholes(counted.properties);
  Report.properties.items.maxItems = MAX_REPORT_ITEMS;
  for (const definition of Object.values(definitions)) withoutLinks(definition);
  return {
    $schema,
    $id: `urn:${REPORT_SCHEMA.replace(/[./]/g, ':')}`,
    title: 'A report of runtwice',
    ...Report,
    definitions,
  };
}

function checkReportSchema() {
  const { $schema, definitions, ...schema } = generated('src/check/report.ts', 'CheckReport');
  const { runs, points, faults } = schema.properties;
  for (const sample of [points, faults]) countInWholes(sample.properties);
  countInWholes({ runs });
  return {
    $schema,
    $id: `urn:${schema.properties.schema.const.replace(/[./]/g, ':')}`,
    title: 'A report of runtwice check',
    ...schema,
    definitions,
  };
}

/** Open to further fields, so that a report of a later version is valid too. */
function generated(path, type) {
  return createGenerator({
    path: join(root, path),
    tsconfig: join(root, 'tsconfig.json'),
    type,
    topRef: false,
    additionalProperties: true,
    sortProps: false,
    skipTypeCheck: true,
  }).createSchema(type);
}

/** TypeScript knows only numbers; these are counts and milliseconds. */
function countInWholes(properties) {
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

function formatted(file, json) {
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const args = [biome, 'format', `--stdin-file-path=${file}`];
  return run(process.execPath, args, { cwd: root, input: json });
}
