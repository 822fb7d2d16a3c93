import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OUTCOMES } from '../../src/core/outcome.ts';
import { REPORT_SCHEMA, type Report, Tally } from '../../src/core/report.ts';
import { converge } from '../../src/index.ts';
import { cli, folder } from '../support/cli.ts';

const pathOf = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const published = readFileSync(pathOf('src/core/report.schema.json'), 'utf8');
const schema = JSON.parse(published);
const validate = new Ajv({ allErrors: true, strict: true }).compile(schema);

/** What is wrong with a document, as JSON would carry it. */
function errorsOf(document: unknown): string[] {
  validate(JSON.parse(JSON.stringify(document)));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function anyReport(): Report {
  const tally = new Tally();
  for (const outcome of OUTCOMES) {
    tally.count(outcome);
    tally.list({ item: `${outcome}.txt`, outcome, reason: 'is so' });
  }
  return tally.report({
    operation: 'export',
    dryRun: false,
    accept: [],
    startedAtMs: 0,
    elapsedMs: 1,
  });
}

describe('the published schema', () => {
  it('is what the types say (npm run schema)', () => {
    const args = [pathOf('scripts/schema.mjs'), '--check'];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('is in the built package as it is in the sources', () => {
    expect(readFileSync(pathOf('dist/report.schema.json'), 'utf8')).toBe(published);
  });

  it('is called by the name that reports carry', () => {
    expect(schema.$id).toBe(`urn:${REPORT_SCHEMA.replace(/[./]/g, ':')}`);
    expect(schema.properties.schema.const).toBe(REPORT_SCHEMA);
  });

  it('explains every field that its name does not explain', () => {
    const { schema: _schema, counts: _counts, details: _details, ...fields } = schema.properties;
    for (const [name, field] of Object.entries(fields)) {
      expect(field, name).toHaveProperty('description');
    }
  });

  it('knows every field of a report, and every outcome', () => {
    const report = anyReport();
    expect(Object.keys(schema.properties)).toEqual([...Object.keys(report), 'details']);
    expect(Object.keys(schema.definitions.Counts.properties)).toEqual([...OUTCOMES]);
    expect(schema.definitions.Outcome.enum).toEqual([...OUTCOMES]);
  });
});

describe('a real report', () => {
  it('with every outcome is valid', () => {
    expect(errorsOf(anyReport())).toEqual([]);
  });

  it('of converge is valid, whatever the items do', async () => {
    const look = fc.constantFrom(true, false, 'throw', { differs: 'x' }, { outdated: 'y' });
    await fc.assert(
      fc.asyncProperty(fc.array(look), fc.boolean(), async (looks, dryRun) => {
        const report = await converge(looks, {
          look: (answer) => {
            if (typeof answer === 'string') throw new Error('boom');
            return answer;
          },
          act: (_, { lost }) => lost,
          dryRun,
        });
        expect(errorsOf(report)).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('of a run that was aborted is valid', async () => {
    const options = { look: () => true, act: () => {}, signal: AbortSignal.abort() };
    expect(errorsOf(await converge(['a'], options))).toEqual([]);
  });

  it.each<[string, string[]]>([
    ['a first run', []],
    ['a dry run', ['--dry-run']],
    ['a verification', ['--verify']],
    ['another policy', ['--on-conflict', 'keep', '--identity', 'content']],
  ])('of the command is valid for %s', async (_, flags) => {
    const cwd = folder({ 'work/a': 'a', 'work/b': 'b', 'out/b': 'other' });
    const { stdout } = await cli(['export', '--json', ...flags, 'work', 'out'], { cwd });
    expect(errorsOf(JSON.parse(stdout))).toEqual([]);
  });
});

describe('a broken report', () => {
  const broken = (change: (report: Record<string, unknown>) => void) => {
    const report: Record<string, unknown> = { ...anyReport() };
    change(report);
    return errorsOf(report);
  };

  it.each(Object.keys(anyReport()))('without %s is refused', (name) => {
    expect(
      broken((report) => {
        delete report[name];
      }),
    ).toEqual([` must have required property '${name}'`]);
  });

  it.each<[string, unknown, string]>([
    ['schema', 'runtwice.report/2', '/schema must be equal to constant'],
    ['total', '5', '/total must be integer'],
    ['total', 1.5, '/total must be integer'],
    ['done', -1, '/done must be >= 0'],
    ['ok', 'yes', '/ok must be boolean'],
    ['startedAt', 0, '/startedAt must be string'],
    ['items', {}, '/items must be array'],
    ['items', Array(1001).fill({ item: 'a', outcome: 'failed' }), 'NOT have more than 1000 items'],
    ['items', [{ item: 'a', outcome: 'skipped' }], '/items/0/outcome must be equal to one of'],
    ['items', [{ outcome: 'failed' }], "/items/0 must have required property 'item'"],
    ['counts', { created: 1 }, "/counts must have required property 'updated'"],
    ['details', [], '/details must be object'],
  ])('whose %s is %j is refused', (name, value, words) => {
    const errors = broken((report) => {
      report[name] = value;
    });
    expect(errors.join('\n')).toContain(words);
  });

  it('is not one with a field of a later version', () => {
    expect(
      broken((report) => {
        report['later'] = 1;
      }),
    ).toEqual([]);
  });

  it('is an error document: that has a schema of its own', async () => {
    const { stdout } = await cli(['export', '--json'], { cwd: folder() });
    expect(errorsOf(JSON.parse(stdout))).not.toEqual([]);
  });
});
