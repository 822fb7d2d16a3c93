// Requests of real clients: nobody but the recorder gets them.
import { describe, expect, it } from 'vitest';
import { answersOf, canCheck, check, isInstalled } from '../support/check.ts';

const POST = 'curl -s -X POST -d amount=1';
const URL = 'http://api.example/charge';

interface Case {
  readonly line: string;
  readonly verdict: string;
  readonly twice: string;
  readonly together: string;
  readonly interrupted: string;
}

const CASES: Record<string, Case> = {
  'a POST without a key': {
    line: `${POST} ${URL}`,
    verdict: 'not safe',
    twice: 'repeated effect',
    together: 'same',
    interrupted: 'repeated effect',
  },
  'a POST with the same key each time': {
    line: `${POST} -H 'Idempotency-Key: order-1' ${URL}`,
    verdict: 'safe',
    twice: 'nothing to do',
    together: 'same',
    interrupted: 'recovers',
  },
  'a POST with another key each time': {
    line: `${POST} -H "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)" ${URL}`,
    verdict: 'not safe',
    twice: 'repeated effect',
    together: 'same',
    interrupted: 'repeated effect',
  },
  'a POST, and then a file that says so: safe run twice, and charges twice when killed between': {
    line: `[ -e done ] || { ${POST} ${URL} && touch done; }`,
    verdict: 'not safe',
    twice: 'nothing to do',
    together: 'differs',
    interrupted: 'repeated effect',
  },
  'a folder that only one can make, and then a POST: never charged when killed between': {
    line: `mkdir done 2>&1 || exit 0; ${POST} ${URL}`,
    verdict: 'not safe',
    twice: 'nothing to do',
    together: 'same',
    interrupted: 'silent damage',
  },
  'a GET': {
    line: `curl -s ${URL} > list.json`,
    verdict: 'safe with notes',
    twice: 'touched only',
    together: 'same',
    interrupted: 'recovers',
  },
};

/** Older ones do not heed the proxy: from 22.21 and 24.5 on they do. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const isFetchSeen = major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21);

const isCurlThere = isInstalled('curl');

describe.runIf(canCheck('requests of checked commands') && isCurlThere)('a check of', () => {
  for (const [name, { line, ...wanted }] of Object.entries(CASES)) {
    it(name, { timeout: 120_000 }, async () => {
      const report = await check(['sh', '-c', line]);
      const answers = { ...answersOf(report), verdict: report.verdict };
      expect(answers, JSON.stringify(report.scenarios)).toEqual(wanted);
    });
  }

  it('what is encrypted, for clients that trust whom they are told to', {
    timeout: 60_000,
  }, async () => {
    const url = URL.replace('http:', 'https:');
    const report = await check(['sh', '-c', `${POST} ${url}`], {}, ['--only', 'twice']);
    expect(answersOf(report)).toEqual({ twice: 'repeated effect' });
    expect(report.scenarios[0]?.findings[0]?.paths.join()).toContain(`2 times POST ${url}`);
    if (!isFetchSeen) return;
    const call = `await fetch('${url}', { method: 'POST', body: '{}' })`;
    const node = [process.execPath, '--input-type=module', '-e', call];
    expect(answersOf(await check(node, {}, ['--only', 'twice']))).toEqual(answersOf(report));
  });

  it('what is encrypted for somebody else is never safe', async () => {
    const report = await check(
      [
        'sh',
        '-c',
        'curl -s --cacert /etc/ssl/certs/ca-certificates.crt https://api.example/ || true',
      ],
      {},
      ['--only', 'twice'],
    );
    expect(report.verdict).toBe('inconclusive');
    expect(report.unobserved.join()).toContain('api.example:443 is encrypted');
  });

  it.runIf(isFetchSeen)('fetch of Node', async () => {
    const call = `await fetch('${URL}', { method: 'POST', body: '{}' })`;
    const report = await check([process.execPath, '--input-type=module', '-e', call], {}, [
      '--only',
      'twice',
    ]);
    expect(answersOf(report)).toEqual({ twice: 'repeated effect' });
  });

  it('one kill again, as the report names it', async () => {
    const line = ['sh', '-c', `${POST} ${URL}`];
    const { scenarios } = await check(line, {}, ['--only', 'interrupted']);
    const finding = scenarios[0]?.findings[0];
    expect(finding?.what).toBe('killed after sending a request');
    expect(finding?.replay).toContain("--kill-after 'send tcp 127.0.0.1:47001' --visible ");
    const report = await check(line, {}, ['--kill-after', 'send tcp 127.0.0.1:47001']);
    expect(report.scenarios.map(({ answer }) => answer)).toEqual(['repeated effect']);
    expect(report.points.tried).toBe(1);
  });
});
