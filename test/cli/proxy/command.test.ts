import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { begin, json, receive, send } from '../../adapters/http/suite/client.ts';
import { cli, folder } from '../../support/cli.ts';
import { until } from '../../support/until.ts';
import { counting, serveBehind, startProxy } from './harness.ts';

const UPSTREAM = ['--upstream', 'http://127.0.0.1:9'];
const PUBLIC = ['--scope', 'public'];

describe('runtwice proxy', () => {
  it.each<[string[], string]>([
    [[], 'missing the upstream'],
    [UPSTREAM, 'nothing says whose keys they are'],
    [[...UPSTREAM, '--scope', 'all'], '--scope is neither'],
    [[...UPSTREAM, '--scope', 'header:a b'], '--scope has a name'],
    [['--upstream', 'localhost:3000', ...PUBLIC], '--upstream is no URL'],
    [['--upstream', 'ftp://a', ...PUBLIC], '--upstream is no URL'],
    [['--upstream', 'http://a/?b', ...PUBLIC], '--upstream has a query'],
    [['--upstream', 'http://a:pass-word@b', ...PUBLIC], '--upstream has a user or password'],
    [[...UPSTREAM, ...PUBLIC, '--listen', 'here'], '--listen is no address'],
    [[...UPSTREAM, ...PUBLIC, '--listen', '127.0.0.1:70000'], '--listen is no address'],
    [[...UPSTREAM, ...PUBLIC, '--admin', 'x:y'], '--admin is no address'],
    [[...UPSTREAM, ...PUBLIC, '--methods', 'POST;PUT'], '--methods has a name'],
    [[...UPSTREAM, ...PUBLIC, '--wait', 'long'], 'wait is no duration'],
    [[...UPSTREAM, ...PUBLIC, '--keep', '1'], 'keep is no duration'],
    [[...UPSTREAM, ...PUBLIC, '--upstream-timeout', 'x'], '--upstream-timeout is no duration'],
    [[...UPSTREAM, ...PUBLIC, '--upstream-timeout', '0'], '--upstream-timeout cannot be 0'],
    [[...UPSTREAM, ...PUBLIC, '--upstream-timeout', '25d'], '--upstream-timeout cannot be 25d'],
    [[...UPSTREAM, ...PUBLIC, '--max-request-body', '1MB'], '--max-request-body is no number'],
    [[...UPSTREAM, ...PUBLIC, '--dialect', 'mine'], '--dialect cannot be mine'],
    [[...UPSTREAM, ...PUBLIC, '--if-interrupted', 'go'], '--if-interrupted cannot be go'],
    [[...UPSTREAM, ...PUBLIC, '--policy-url', 'page'], '--policy-url is no URL'],
    [
      [...UPSTREAM, ...PUBLIC, '--if-interrupted', 'rerun', '--recover-url', 'http://a/'],
      'exclude each other',
    ],
    [[...UPSTREAM, ...PUBLIC, '--ledger', 'file:x'], 'is no ledger'],
    [[...UPSTREAM, ...PUBLIC, '--config', 'absent.json'], 'absent.json cannot be read'],
    [[...UPSTREAM, ...PUBLIC, '--upstreem', 'x'], "unknown option '--upstreem'"],
  ])('with %j exits with 2 and says why in one line', async (args, why) => {
    const ended = await cli(['proxy', '--ledger', 'memory:', ...args], { cwd: folder() });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain(why);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    expect(ended.stderr).not.toContain('pass-word');
  });

  it('says that a port is taken, and exits with 1', async () => {
    const taken = await startProxy([...UPSTREAM, ...PUBLIC]);
    const listen = ['--listen', new URL(taken.url).host, '--ledger', 'memory:'];
    const { code, stderr } = await cli(['proxy', ...UPSTREAM, ...PUBLIC, ...listen]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^runtwice: cannot listen on 127\.0\.0\.1:\d+: the port is taken\. .*\n$/u,
    );
  });

  it('shows no password of its ledger', async () => {
    const ledger = 'redis://:pass-word@127.0.0.1:1';
    const { code, stderr } = await cli(['proxy', ...UPSTREAM, ...PUBLIC, '--ledger', ledger]);
    expect(code).toBe(1);
    expect(stderr).not.toContain('pass-word');
  });

  it('takes its options from a file, and flags win over it', async () => {
    const behind = await serveBehind(counting());
    const config = {
      upstream: behind.url,
      scope: 'header:x-user',
      methods: ['PUT'],
      wait: 2000,
      keep: '1h',
      required: true,
      maxRequestBody: 5,
      header: ['x-app'],
      quiet: false,
    };
    const cwd = folder({ 'proxy.json': JSON.stringify(config) });
    const args = ['--config', 'proxy.json', '--max-request-body', '10'];
    const { post } = await startProxy(args, { cwd });
    expect((await post('/x')).status).toBe(201);
    expect((await post('/x', undefined, { method: 'PUT' })).status).toBe(400);
    expect((await post('/x', 'one', { method: 'PUT', body: '1234567890' })).status).toBe(201);
    expect((await post('/x', 'two', { method: 'PUT', body: '12345678901' })).status).toBe(413);
  });

  it.each([
    ['{ "upstreem": "http://a" }', 'an option that there is not: upstreem'],
    ['{ "config": "other.json" }', 'an option that there is not: config'],
    ['{ "required": "yes" }', 'required is not what it has to be. Give true or false'],
    ['{ "methods": "POST" }', 'methods is not what it has to be. Give a list'],
    ['{ "maxRequestBody": "1" }', 'maxRequestBody is not'],
    ['[]', 'holds no JSON object'],
    ['{', 'cannot be read'],
  ])('refuses a file with %s', async (text, why) => {
    const cwd = folder({ 'proxy.json': text });
    const args = ['proxy', ...UPSTREAM, ...PUBLIC, '--ledger', 'memory:', '--config', 'proxy.json'];
    const { code, stderr } = await cli(args, { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain(why);
  });

  it('says nothing on stdout, and of requests nothing where it is told so', async () => {
    const behind = await serveBehind(counting());
    const proxy = await startProxy(['--upstream', behind.url, ...PUBLIC, '--quiet']);
    await proxy.post('/x', 'one');
    proxy.child.kill('SIGTERM');
    const { stdout, stderr } = await proxy.ended;
    expect(stdout).toBe('');
    expect(stderr).toBe(`runtwice proxy: ${proxy.url} → ${behind.url}, ledger sqlite:ledger.db\n`);
  });

  it('says nothing else of many requests at once', async () => {
    const gate = Promise.withResolvers<void>();
    const behind = await serveBehind(async (_, response) => {
      await gate.promise;
      response.end();
    });
    const proxy = await startProxy(['--upstream', behind.url, ...PUBLIC]);
    const posts = Array.from({ length: 30 }, (_, at) => [
      proxy.post('/x', `key-${at}`),
      proxy.post('/x'),
    ]).flat();
    await until(() => behind.requests.length === 60);
    gate.resolve();
    await Promise.all(posts);
    proxy.child.kill('SIGTERM');
    const { stderr } = await proxy.ended;
    const lines = stderr.trim().split('\n');
    expect(lines.filter((line) => !line.startsWith('{'))).toHaveLength(1);
    expect(lines).toHaveLength(61);
  });

  it('serves health and metrics on a port of their own', async () => {
    const behind = await serveBehind(counting());
    const proxy = await startProxy(['--upstream', behind.url, ...PUBLIC, '--admin', '127.0.0.1:0']);
    await proxy.post('/x', 'one');
    await proxy.post('/x', 'one');
    const get = (path: string, url = proxy.admin) => send(url, path, undefined, { method: 'GET' });
    const [health, ready] = [await get('/healthz'), await get('/readyz')];
    expect([health.body.toString(), ready.body.toString()]).toEqual(['ok\n', 'ready\n']);
    const metrics = (await get('/metrics')).body.toString();
    const name = 'runtwice_proxy_requests_total';
    expect(metrics).toContain(`${name}{method="POST",outcome="created",status="201"} 1\n`);
    expect(metrics).toContain(`${name}{method="POST",outcome="replayed",status="201"} 1\n`);
    expect(metrics).toContain('runtwice_proxy_requests_underway 0\n');
    expect((await get('/other')).status).toBe(404);
    expect((await send(proxy.admin, '/metrics')).status).toBe(405);
    expect((await get('/healthz', proxy.url)).status).toBe(201);
  });
});

describe('runtwice proxy, told to stop,', () => {
  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('by %s lets requests end, takes no more, and exits with %d', async (signal, code) => {
    const gate = Promise.withResolvers<void>();
    const behind = await serveBehind(async (_, response) => {
      await gate.promise;
      response.writeHead(201).end('late');
    });
    const proxy = await startProxy(['--upstream', behind.url, ...PUBLIC]);
    const [keyed, plain] = [begin(proxy.url, '/x', 'one'), begin(proxy.url, '/x', undefined)];
    await until(() => behind.requests.length === 2);
    proxy.child.kill(signal);
    // Who still gets a connection came before the signal did.
    let isClosed = false;
    while (!isClosed) {
      isClosed = await send(proxy.url, '/x', undefined, {
        headers: { upgrade: 'x', connection: 'upgrade' },
      }).then(
        () => false,
        () => true,
      );
    }
    gate.resolve();
    const got = [await receive(await keyed.response), await receive(await plain.response)];
    expect(got.map(({ body }) => body.toString())).toEqual(['late', 'late']);
    expect((await proxy.ended).code).toBe(code);
    const next = await startProxy(['--upstream', behind.url, ...PUBLIC], { cwd: proxy.cwd });
    expect((await next.post('/x', 'one')).headers['idempotent-replayed']).toBe('true');
  });

  it('a second time ends at once', async () => {
    const behind = await serveBehind(() => {});
    const proxy = await startProxy(['--upstream', behind.url, ...PUBLIC, '--admin', '127.0.0.1:0']);
    begin(proxy.url, '/x', 'one');
    await until(() => behind.requests.length === 1);
    const readyz = () => send(proxy.admin, '/readyz', undefined, { method: 'GET' });
    proxy.child.kill('SIGTERM');
    while ((await readyz()).status === 200);
    proxy.child.kill('SIGTERM');
    await proxy.ended;
    expect(proxy.child.signalCode).toBe('SIGTERM');
  });

  it('breaks off what does not end in ten seconds, which is then unknown', async () => {
    const behind = await serveBehind(() => {});
    const proxy = await startProxy(['--upstream', behind.url, ...PUBLIC]);
    begin(proxy.url, '/x', 'one');
    await until(() => behind.requests.length === 1);
    proxy.child.kill('SIGTERM');
    expect((await proxy.ended).code).toBe(143);
    const ls = ['ledger', 'ls', '--ledger', 'sqlite:ledger.db', '--namespace', 'proxy'];
    expect((await cli(ls, { cwd: proxy.cwd })).stdout).toMatch(/^unknown +POST \/x +one/mu);
  });
});

describe('the secret of scopes', () => {
  const HEADER = ['--scope', 'header:x-user'];

  it('is made once beside a ledger in SQLite, for its owner alone', async () => {
    const proxy = await startProxy([...UPSTREAM, ...HEADER]);
    const file = join(proxy.cwd, 'ledger.db-scope-secret');
    const secret = readFileSync(file, 'utf8');
    expect(secret.trim()).toMatch(/^[\w-]{43}$/u);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await startProxy([...UPSTREAM, ...HEADER], { cwd: proxy.cwd });
    expect(readFileSync(file, 'utf8')).toBe(secret);
    expect(proxy.stderr()).not.toContain(secret.trim());
  });

  it('has to be the one that the keys of the ledger were made with', async () => {
    const { cwd } = await startProxy([...UPSTREAM, ...HEADER]);
    const args = ['proxy', ...UPSTREAM, ...HEADER, '--ledger', 'sqlite:ledger.db', '--listen', '0'];
    const other = await cli(args, { cwd, env: { RUNTWICE_SCOPE_SECRET: 'x'.repeat(32) } });
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('made with another secret');
    const short = await cli(args, { cwd, env: { RUNTWICE_SCOPE_SECRET: 'short' } });
    expect(short.stderr).toContain('too short: 5 characters');
  });
});

it('asks the recovery URL what happened', async () => {
  const asked: unknown[] = [];
  const recovery = createServer(async (request, response) => {
    asked.push(JSON.parse(Buffer.concat(await request.toArray()).toString()));
    response.end('{ "happened": true, "status": 201, "body": { "id": 7 } }');
  });
  const behind = await serveBehind(({ socket }) => socket.destroy());
  const helper = await serveBehind((request, response) =>
    recovery.emit('request', request, response),
  );
  const recover = ['--scope', 'header:x-user', '--recover-url', `${helper.url}/recover`];
  const { post } = await startProxy(['--upstream', behind.url, ...recover]);
  const first = await post('/orders?a=1', 'one');
  expect([first.status, first.headers['retry-after']]).toEqual([502, '1']);
  const second = await post('/orders?a=1', 'one');
  expect([second.status, json(second)]).toEqual([201, { id: 7 }]);
  const scopeHash = expect.stringMatching(/^[\w-]{43}$/u);
  const { method, path, query, key } = {
    method: 'POST',
    path: '/orders',
    query: 'a=1',
    key: 'one',
  };
  expect(asked).toEqual([{ method, path, query, key, scopeHash, attempt: 2 }]);
  expect(behind.requests).toHaveLength(1);
});
