// That it is what the types say is held by test/core/report.schema.test.ts, for both schemas.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { GRADES } from '../../src/check/report.ts';
import { canCheck, check } from '../support/check.ts';
import { checkReport, hostileReport } from '../support/check-report.ts';

const read = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const published = read('src/check/check-report.schema.json');
const schema = JSON.parse(published);
const validate = new Ajv({ allErrors: true, strict: true }).compile(schema);

/** What is wrong with a document, as JSON would carry it. */
function errorsOf(document: unknown): string[] {
  validate(JSON.parse(JSON.stringify(document)));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

describe('the published schema of a check', () => {
  it('is in the built package as it is in the sources', () => {
    expect(read('dist/check-report.schema.json')).toBe(published);
  });

  it('is called by the name that reports carry', () => {
    expect(schema.$id).toBe('urn:runtwice:check:1');
    expect(schema.properties.schema.const).toBe(checkReport().schema);
  });

  it('knows every field that a report has, and every answer', () => {
    const known = Object.keys(schema.properties);
    expect(known).toEqual(expect.arrayContaining(Object.keys(checkReport())));
    expect(schema.definitions.Answer.enum).toEqual(Object.keys(GRADES));
  });

  it('holds for reports of every kind of text', () => {
    expect(errorsOf(checkReport())).toEqual([]);
    expect(errorsOf(hostileReport())).toEqual([]);
  });

  it.each(Object.keys(checkReport()))('refuses a report without %s', (name) => {
    expect(errorsOf({ ...checkReport(), [name]: undefined })).toEqual([
      ` must have required property '${name}'`,
    ]);
  });

  it.each<[string, unknown, string]>([
    ['schema', 'runtwice.check/2', '/schema must be equal to constant'],
    ['verdict', 'fine', '/verdict must be equal to one of'],
    ['runs', 1.5, '/runs must be integer'],
    ['points', { found: -1, tried: 0 }, '/points/found must be >= 0'],
    ['scenarios', [{ scenario: 'twice' }], "/scenarios/0 must have required property 'answer'"],
  ])('refuses a report whose %s is %j', (name, value, words) => {
    expect(errorsOf({ ...checkReport(), [name]: value }).join('\n')).toContain(words);
  });

  it('allows a field of a later version', () => {
    expect(errorsOf({ ...checkReport(), later: 1 })).toEqual([]);
  });
});

describe.runIf(canCheck('the schema of real checks'))('a real check', () => {
  it.each<[string, string[], string]>([
    ['what is not safe', ['cp', '-n', 'a', 'b'], 'not safe'],
    ['what is safe', ['mkdir', '-p', 'made'], 'safe'],
    ['what cannot be run', ['no-such-command'], 'inconclusive'],
  ])('of %s is valid', async (_, command, verdict) => {
    const report = await check(command, { a: 'a'.repeat(1000) });
    expect(report.verdict).toBe(verdict);
    expect(errorsOf(report)).toEqual([]);
  });
});
