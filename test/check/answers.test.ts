// Requests that are answered as the user says, and by whom the user allows.
import { createServer as createPlain, type RequestListener, type Server } from 'node:http';
import { createServer as createEncrypted } from 'node:https';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkCommand } from '../../src/check/index.ts';
import { Authority } from '../../src/check/observers/sent/authority.ts';
import { answersOf, canCheck, check, isInstalled } from '../support/check.ts';
import { cli, folder } from '../support/cli.ts';

const URL_ = 'http://api.example/charge';
const TWICE = ['--only', 'twice'];

const isThere = canCheck('answers to requests of checked commands') && isInstalled('curl');

/** Checks a line of sh, with these answers. */
function answered(line: string, answers: unknown, flags = TWICE): ReturnType<typeof check> {
  const file = `${folder({ 'answers.json': JSON.stringify(answers) })}/answers.json`;
  return check(['sh', '-c', line], {}, [...flags, '--answers', file]);
}

describe.runIf(isThere)('a request', () => {
  it('gets the first answer that fits, and else the default one, which is told', async () => {
    const line = `
      test "$(curl -s -w ' %{http_code}' http://api.example/v1/items?id=5)" = '{"id":5}
 201' || exit 1
      test "$(curl -s -X DELETE -w %{http_code} https://api.example/v1/items)" = 204 || exit 2
      test "$(curl -s http://other.example)" = 'two words' || exit 3
      test "$(curl -s -D - https://api.example/v1/x | grep -ci 'x-seen: yes')" = 1 || exit 4
      test "$(curl -s http://third.example/a)" = '{"ok":true}' || exit 5`;
    const report = await answered(line, [
      { method: 'delete', url: '*/v1/items', status: 204 },
      { url: 'http://api.example/v1/items?id=5', status: 201, body: { id: 5 } },
      { url: 'http://other.example', body: 'two words' },
      { url: 'https://api.example/*', headers: { 'X-Seen': 'yes' } },
      { url: '*', method: 'POST' },
    ]);
    expect(report.verdict, JSON.stringify(report)).toBe('safe');
    expect(report.notes).toEqual([
      'no answer fits, so it got the default one: GET http://third.example/a',
    ]);
  });

  it('that is refused is what the command makes of it', { timeout: 60_000 }, async () => {
    const line = `[ -e done ] || { curl -sf -X POST -d a=1 ${URL_} && touch done; } || touch failed`;
    const report = await answered(line, [{ url: URL_, status: 503 }]);
    expect(answersOf(report)).toEqual({ twice: 'repeated effect' });
  });

  it.each([
    ['the answers are no list', { url: '*' }],
    ['answer 1: it is no object', ['*']],
    ['answer 2: url is no text', [{ url: '*' }, {}]],
    ['answer 1: url begins with none of', [{ url: 'api.example' }]],
    ['answer 1: status is none', [{ url: '*', status: 99 }]],
    ['answer 1: method is no text', [{ url: '*', method: 1 }]],
    ['answer 1: there is no "path"', [{ path: '*' }]],
    ['answer 1: headers is no object', [{ url: '*', headers: 'a: b' }]],
    ['answer 1: the header x is no text', [{ url: '*', headers: { x: 1 } }]],
    ['answer 1: the header "a b" cannot be sent', [{ url: '*', headers: { 'a b': 'c' } }]],
    [
      'the check sets the header Content-Length itself',
      [{ url: '*', headers: { 'Content-Length': '1' } }],
    ],
  ])('is not answered where %s', async (why, answers) => {
    const report = checkCommand(['true'], { answers: answers as [] });
    await expect(report).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_INVALID_ARGUMENT',
      message: expect.stringContaining(why),
    });
  });

  it('is not answered by a file that is none', async () => {
    for (const file of ['no-such-file', `${folder({ a: '[{' })}/a`]) {
      const { code, stderr } = await cli(['check', '--answers', file, '--', 'true']);
      expect([code, stderr]).toEqual([2, expect.stringContaining('--answers cannot be read')]);
    }
  });
});

interface Hit {
  readonly line: string;
  readonly body: string;
  readonly key: string | undefined;
}

/** A server on this machine, and what it got. */
async function serve(
  make: (listener: RequestListener) => Server,
): Promise<{ port: number; hits: Hit[] }> {
  const hits: Hit[] = [];
  const server = make((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { 'idempotency-key': key } = request.headers;
      hits.push({ line: `${request.method} ${request.url}`, body, key: key?.toString() });
      response.writeHead(201, { 'x-real': 'yes' }).end('real');
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return { port: (server.address() as { port: number }).port, hits };
}

describe.runIf(isThere)('a request to a host that is allowed', () => {
  it('really goes out, and is told loudly', { timeout: 60_000 }, async () => {
    const { port, hits } = await serve(createPlain);
    const url = `http://127.0.0.1:${port}/charge?x=1`;
    const line = `test "$(curl -si -X POST -d amount=1 -H 'Idempotency-Key: k1' ${url} | grep -c 'real\\|x-real: yes\\|201 Created')" = 3 && curl -s ${URL_}`;
    const report = await check(['sh', '-c', line], {}, [...TWICE, '--allow', `127.0.0.1:${port}`]);
    expect(answersOf(report), JSON.stringify(report)).toEqual({ twice: 'nothing to do' });
    expect(hits).toEqual(Array(4).fill({ line: 'POST /charge?x=1', body: 'amount=1', key: 'k1' }));
    expect(report.notes).toEqual([
      `4 REAL REQUESTS LEFT THIS MACHINE, as was allowed: 4 to 127.0.0.1:${port}`,
    ]);
  });

  it('is recorded as the others are, killed or not', { timeout: 120_000 }, async () => {
    const { port, hits } = await serve(createPlain);
    const line = `[ -e done ] || { curl -s -X POST -d a=1 http://127.0.0.1:${port}/ && touch done; }`;
    const report = await check(['sh', '-c', line], {}, [
      '--allow',
      '127.0.0.1',
      '--only',
      'twice,interrupted',
    ]);
    expect(answersOf(report)).toEqual({ twice: 'nothing to do', interrupted: 'repeated effect' });
    expect(report.notes.join()).toContain(`${hits.length} REAL REQUESTS LEFT THIS MACHINE`);
  });

  it('goes out encrypted, and no further than to whom this machine trusts', {
    timeout: 60_000,
  }, async () => {
    const authority = new Authority();
    const certificate = await authority.certify(['127.0.0.1']);
    const { port, hits } = await serve((listener) => createEncrypted(certificate, listener));
    const command = ['curl', '-sf', '-d', 'a=1', `https://127.0.0.1:${port}/`];
    const flags = ['check', ...TWICE, '--json', '--allow', `127.0.0.1:${port}`, '--', ...command];
    const [cwd, env] = [folder({ 'ca.pem': authority.pem }), { NODE_EXTRA_CA_CERTS: '' }];
    const refused = JSON.parse((await cli(flags, { cwd, env })).stdout);
    expect(refused.verdict).toBe('inconclusive');
    expect(refused.notes.join()).toContain('the command was answered with 502');
    expect(hits).toEqual([]);
    env.NODE_EXTRA_CA_CERTS = `${cwd}/ca.pem`;
    const passed = JSON.parse((await cli(flags, { cwd, env })).stdout);
    expect(passed.notes).toEqual([
      `4 REAL REQUESTS LEFT THIS MACHINE, as was allowed: 4 to 127.0.0.1:${port}`,
    ]);
    expect([hits.length, answersOf(passed)]).toEqual([4, { twice: 'repeated effect' }]);
  });

  it('that nobody serves is answered with 502, and told', async () => {
    const line = `test "$(curl -s -o /dev/null -w %{http_code} http://127.0.0.1:1/)" = 502`;
    const report = await check(['sh', '-c', line], {}, [...TWICE, '--allow', '127.0.0.1:1']);
    expect(report.verdict).toBe('safe');
    expect(report.notes).toEqual([
      '127.0.0.1:1 could not be reached (ECONNREFUSED): the command was answered with 502',
    ]);
  });

  it('does not go out to another one, nor where an answer is given', async () => {
    const { port, hits } = await serve(createPlain);
    const line = `curl -s http://127.0.0.1:${port}/; curl -s http://127.0.0.1:2/`;
    const other = await check(['sh', '-c', line], {}, [...TWICE, '--allow', 'localhost']);
    const given = await answered(line, [{ url: '*' }], [...TWICE, '--allow', '127.0.0.1']);
    expect([hits, other.notes, given.notes]).toEqual([[], [], []]);
  });

  it('does not go out by another protocol', async () => {
    const { port, hits } = await serve(createPlain);
    const line = `curl -s -x "$http_proxy" ftp://127.0.0.1:${port}/x`;
    const report = await check(['sh', '-c', line], {}, [...TWICE, '--allow', '127.0.0.1']);
    expect([hits, report.notes]).toEqual([[], []]);
  });

  it.each(['http://api.example', 'api.example/x', '*', 'a b', ''])(
    'is no host: %j',
    async (host) => {
      const report = await check(['true'], {}, ['--allow', host]);
      expect(report).toMatchObject({ code: 'ERR_RUNTWICE_INVALID_ARGUMENT', exit: 2 });
    },
  );
});
