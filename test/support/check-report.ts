// Reports of checks, made by hand.
import {
  type CheckReport,
  type Finding,
  type ScenarioReport,
  scenarioReport,
  verdictOf,
} from '../../src/check/report.ts';

/** What a file's name or a program's words may hold, and no report may be led astray by. */
export const HOSTILE: string = [
  `quotes " ' \` & ]]> --> <script>alert(1)</script> </code></pre><img src=x onerror=alert(2)>`,
  '\u0000\u0007\u001b[31m\u007f\u0085\ufffe\uffff\ud800 lone \udc00',
  'line\r\nend %0A %25 ::error::x ##[error]y',
  '| **bold** [link](http://x) @someone #1 \u202Eback',
].join('\t');

export function finding(part: Partial<Finding> = {}): Finding {
  return {
    answer: 'silent damage',
    what: 'killed before write out/a.txt',
    next: 'exit 0',
    paths: ['out/a.txt differs from that of a clean run'],
    replay: 'runtwice check --kill-at 3 -- ./export.sh',
    ...part,
  };
}

export const TWICE: ScenarioReport = scenarioReport('twice', 'nothing to do', '0 files changed');
export const TOUCHED: ScenarioReport = scenarioReport('twice', 'touched only', '1 file touched');
export const DAMAGE: ScenarioReport = scenarioReport(
  'interrupted',
  'silent damage',
  'at 2 of 4 moments',
  [finding()],
);
export const UNKNOWN: ScenarioReport = scenarioReport('together', 'inconclusive', 'it failed');

/** A report with the verdict that its parts make. */
export function checkReport(part: Partial<CheckReport> = {}): CheckReport {
  const { scenarios = [TWICE], unobserved = [] } = part;
  return {
    schema: 'runtwice.check/1',
    command: ['./export.sh'],
    verdict: verdictOf(scenarios, unobserved),
    scenarios,
    runs: 4,
    points: { found: 4, tried: 4 },
    faults: { found: 0, tried: 0 },
    notes: [],
    unobserved,
    withheld: [],
    elapsedMs: 3123.4,
    ...part,
  };
}

/** Every text of it is this one. */
export function hostileReport(text: string = HOSTILE): CheckReport {
  const findings = [
    finding({
      what: text,
      next: text,
      paths: Array(7).fill(text),
      diffs: [{ path: 1, lines: [text, text] }],
      replay: text,
      advice: { why: text, fix: text },
    }),
  ];
  return checkReport({
    command: ['sh', '-c', text],
    scenarios: [
      scenarioReport('twice', 'nothing to do', text),
      scenarioReport('together', 'inconclusive', text),
      scenarioReport('interrupted', 'silent damage', text, findings),
    ],
    notes: [text],
    unobserved: [text],
    withheld: [text],
  });
}
