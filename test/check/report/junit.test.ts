import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { reportJunit } from '../../../src/check/report/junit.ts';
import { scenarioReport } from '../../../src/check/report.ts';
import {
  checkReport,
  DAMAGE,
  HOSTILE,
  hostileReport,
  TOUCHED,
  TWICE,
  UNKNOWN,
} from '../../support/check-report.ts';
import { requireOrSay } from '../../support/require.ts';

/** An XML parser that is none of ours; what it read comes back as JSON. */
const PARSER = `import json, sys, xml.etree.ElementTree as tree
def read(e): return {'tag': e.tag, 'at': e.attrib, 'text': e.text, 'in': [read(c) for c in e]}
print(json.dumps(read(tree.fromstring(sys.stdin.buffer.read()))))`;

interface Element {
  readonly tag: string;
  readonly at: Record<string, string>;
  readonly text: string | null;
  readonly in: readonly Element[];
}

function parse(xml: string): Element {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', PARSER], {
    input: xml,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${stderr}\n${xml}`);
  return JSON.parse(stdout);
}

const hasPython = requireOrSay(
  spawnSync('python3', ['-c', 'import xml.etree.ElementTree']).status === 0,
  'python3 with an XML parser',
  'whether the XML for JUnit is well-formed',
);

/** The suite, and each of its cases with what it ended as. */
function suiteOf(xml: string): { suite: Element; cases: Record<string, string> } {
  const [suite] = parse(xml).in;
  if (suite === undefined) throw new Error(xml);
  const cases = suite.in
    .filter(({ tag }) => tag === 'testcase')
    .map((one) => [one.at['name'], kindOf(one)]);
  return { suite, cases: Object.fromEntries(cases) };
}

function kindOf(one: Element): string {
  const tags = one.in.map(({ tag }) => tag);
  return tags.find((tag) => ['failure', 'error', 'skipped'].includes(tag)) ?? 'passed';
}

describe.runIf(hasPython)('a report for JUnit', () => {
  it('has a suite for the command and a case for each scenario', () => {
    const { suite, cases } = suiteOf(reportJunit(checkReport({ scenarios: [TOUCHED, DAMAGE] })));
    expect(suite.at).toEqual({
      name: './export.sh',
      tests: '2',
      failures: '1',
      errors: '0',
      skipped: '0',
      time: '3.123',
    });
    expect(cases).toEqual({ twice: 'passed', interrupted: 'failure' });
  });

  it('has the finding in the failure, and its type', () => {
    const { suite } = suiteOf(reportJunit(checkReport({ scenarios: [DAMAGE] })));
    const failure = suite.in[0]?.in[0];
    expect(failure?.at).toEqual({
      type: 'silent-damage',
      message: 'silent damage: at 2 of 4 moments',
    });
    expect(failure?.text).toContain('again: runtwice check --kill-at 3 -- ./export.sh');
    expect(failure?.text).toContain('fix: make a result under a temporary name');
  });

  it.each([
    ['an inconclusive scenario', { scenarios: [TWICE, UNKNOWN] }, { together: 'error' }],
    [
      'something that was not seen',
      { unobserved: ['tcp 127.0.0.1:80'] },
      { twice: 'skipped', 'all was seen': 'error' },
    ],
    [
      'a machine that checks nothing',
      { scenarios: [], unobserved: ['no helper'] },
      { 'all was seen': 'error' },
    ],
    ['nothing at all', { scenarios: [] }, { 'all was seen': 'error' }],
  ])('is never green for %s', (_, part, kinds) => {
    const { suite, cases } = suiteOf(reportJunit(checkReport(part)));
    expect(cases).toMatchObject(kinds);
    expect(Number(suite.at['errors'])).toBeGreaterThan(0);
  });

  it('passes nothing where something was not seen, whatever was answered', () => {
    const scenarios = [TOUCHED, DAMAGE, UNKNOWN];
    const { cases } = suiteOf(reportJunit(checkReport({ scenarios, unobserved: ['udp'] })));
    expect(Object.values(cases)).not.toContain('passed');
  });

  it('is well-formed, whatever the texts hold, and says them', () => {
    const { suite } = suiteOf(reportJunit(hostileReport()));
    const texts = JSON.stringify(suite);
    expect(texts).toContain(']]> --> <script>alert(1)</script>');
    expect(suite.at['name']).toContain(`sh -c 'quotes " '\\'' \` & ]]>`);
    expect(suite.in.filter(({ tag }) => tag === 'testcase')).toHaveLength(4);
  });

  it('is well-formed for characters that no other step has replaced', () => {
    const answer = scenarioReport('twice', HOSTILE as 'differs', 'x');
    const scenarios = [{ ...answer, grade: 'unsafe' as const }];
    const { suite } = suiteOf(reportJunit(checkReport({ scenarios })));
    expect(suite.in[0]?.in[0]?.at['type']).toContain('\ufffd\ufffd\ufffd[31m');
    expect(suite.in[0]?.in[0]?.at['type']).toContain('line\r\nend');
  });
});
