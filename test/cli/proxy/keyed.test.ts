import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { begin, json, receive } from '../../adapters/http/suite/client.ts';
import { folder, start } from '../../support/cli.ts';
import { freePort } from '../../support/free-port.ts';
import { until } from '../../support/until.ts';
import { counting, serveBehind, startProxy } from './harness.ts';

const PUBLIC = ['--scope', 'public'];

/** A server that tells when it has a request, and answers when the test does. */
async function waitingBehind() {
  const arrived = Promise.withResolvers<{ request: IncomingMessage; response: ServerResponse }>();
  const behind = await serveBehind((request, response) => {
    request.resume().on('end', () => arrived.resolve({ request, response }));
  });
  return { ...behind, arrived: arrived.promise };
}

describe('a request with a key', () => {
  it('reaches the server once, and who comes again gets its answer', async () => {
    const behind = await serveBehind(counting());
    const { post, lines } = await startProxy(['--upstream', behind.url, ...PUBLIC]);
    const first = await post('/orders?token=secret', 'the-key');
    const second = await post('/orders?token=secret', 'the-key');
    expect([first.status, json(first)]).toEqual([201, { id: 1 }]);
    expect([second.status, json(second)]).toEqual([201, { id: 1 }]);
    expect(second.headers['idempotent-replayed']).toBe('true');
    expect((await post('/orders', 'the-key', { body: { other: 1 } })).status).toBe(422);
    expect(behind.requests).toHaveLength(1);
    expect(behind.requests[0]?.headers['idempotency-key']).toBe('the-key');
    await until(() => lines().length === 3);
    expect(lines()).toMatchObject([
      { method: 'POST', path: '/orders', status: 201, outcome: 'created', upstreamStatus: 201 },
      { method: 'POST', path: '/orders', status: 201, outcome: 'replayed' },
      { method: 'POST', path: '/orders', status: 422, outcome: 'differs' },
    ]);
    const text = JSON.stringify(lines());
    expect(text).not.toContain('secret');
    expect(text).not.toContain('the-key');
    expect(lines()[0]?.['keyHash']).toBe(lines()[1]?.['keyHash']);
  });

  it('whose proxy was killed is not sent again by the next one', async () => {
    const behind = await waitingBehind();
    const killed = await startProxy(['--upstream', behind.url, ...PUBLIC]);
    const { response } = begin(killed.url, '/orders', 'one');
    await behind.arrived;
    killed.child.kill('SIGKILL');
    await expect(response).rejects.toThrow();
    await killed.ended;
    const { post } = await startProxy(['--upstream', behind.url, ...PUBLIC], { cwd: killed.cwd });
    const again = await post('/orders', 'one');
    expect([again.status, json(again)['code']]).toEqual([409, 'outcome-unknown']);
    expect(behind.requests).toHaveLength(1);
  });

  it('whose proxy was killed is sent again, where that is asked for', async () => {
    const behind = await serveBehind((_, response) => {
      if (behind.requests.length > 1) response.writeHead(201).end();
    });
    const killed = await startProxy(['--upstream', behind.url, ...PUBLIC]);
    begin(killed.url, '/orders', 'one');
    await until(() => behind.requests.length === 1);
    killed.child.kill('SIGKILL');
    await killed.ended;
    const rerun = ['--upstream', behind.url, ...PUBLIC, '--if-interrupted', 'rerun'];
    const { post } = await startProxy(rerun, { cwd: killed.cwd });
    expect((await post('/orders', 'one')).status).toBe(201);
    expect(behind.requests).toHaveLength(2);
  });

  it('whose server was killed is answered with 502, and not sent again', async () => {
    const cwd = folder({
      'server.mjs': `import { createServer } from 'node:http';
        import { appendFileSync } from 'node:fs';
        createServer((request) => request.resume().on('end', () => appendFileSync('seen', 'x')))
          .listen(Number(process.argv[2]), '127.0.0.1', () => appendFileSync('up', 'x'));`,
    });
    const port = String(await freePort());
    const seen = (name: string) =>
      existsSync(join(cwd, name)) ? readFileSync(join(cwd, name), 'utf8') : '';
    const server = start([process.execPath, 'server.mjs', port], { cwd });
    await until(() => seen('up') === 'x');
    const { post } = await startProxy(['--upstream', `http://127.0.0.1:${port}`, ...PUBLIC], {
      cwd,
    });
    const first = post('/orders', 'one');
    await until(() => seen('seen') === 'x');
    server.child.kill('SIGKILL');
    const got = await first;
    expect(got.status).toBe(502);
    expect(got.headers['content-type']).toBe('application/problem+json');
    expect(got.headers['stripe-should-retry']).toBe('false');
    expect(json(got)).toMatchObject({
      code: 'upstream-failed',
      retryable: false,
      error: { type: 'api_error', code: 'upstream-failed' },
    });
    start([process.execPath, 'server.mjs', port], { cwd });
    await until(() => seen('up') === 'xx');
    expect(json(await post('/orders', 'one'))).toMatchObject({ code: 'outcome-unknown' });
    expect(seen('seen')).toBe('x');
  });

  it('whose answer is cut is cut, and not sent again', async () => {
    const behind = await serveBehind((_, response) => {
      response.writeHead(201, { 'content-length': '10' });
      response.write('half', () => response.destroy());
    });
    const { url, post } = await startProxy(['--upstream', behind.url, ...PUBLIC]);
    const { response } = begin(url, '/orders', 'one');
    await expect(response.then(receive)).rejects.toThrow();
    expect(json(await post('/orders', 'one'))).toMatchObject({ code: 'outcome-unknown' });
    expect(behind.requests).toHaveLength(1);
  });

  it('that gets no answer in time is answered with 504, and not sent again', async () => {
    const behind = await serveBehind(() => {});
    const args = ['--upstream', behind.url, ...PUBLIC, '--upstream-timeout', '1s'];
    const { post } = await startProxy(args);
    const first = await post('/orders', 'one');
    expect([first.status, json(first)['code']]).toEqual([504, 'upstream-silent']);
    expect(json(await post('/orders', 'one'))).toMatchObject({ code: 'outcome-unknown' });
    expect(behind.requests).toHaveLength(1);
  });

  it('whose answer stops half-way is cut in time', async () => {
    const behind = await serveBehind((_, response) => void response.write('half'));
    const args = ['--upstream', behind.url, ...PUBLIC, '--upstream-timeout', '1s'];
    const { url, post } = await startProxy(args);
    await expect(begin(url, '/orders', 'one').response.then(receive)).rejects.toThrow();
    expect(json(await post('/orders', 'one'))).toMatchObject({ code: 'outcome-unknown' });
  });

  it('frees its key where no connection was made', async () => {
    const port = await freePort();
    const { post, lines } = await startProxy(['--upstream', `http://127.0.0.1:${port}`, ...PUBLIC]);
    const first = await post('/orders', 'one');
    expect([first.status, first.headers['retry-after']]).toEqual([503, '1']);
    expect(json(first)).toMatchObject({ code: 'upstream-unreachable', retryable: true });
    await serveBehind(counting(), port);
    expect((await post('/orders', 'one')).status).toBe(201);
    await until(() => lines().length === 2);
    expect(lines().map(({ outcome }) => outcome)).toEqual(['failed', 'created']);
  });

  it('goes over a connection that is kept, with those without a key', async () => {
    const behind = await serveBehind(counting());
    const { post } = await startProxy(['--upstream', behind.url, ...PUBLIC]);
    for (const key of [undefined, undefined, 'one', 'two', 'three']) {
      expect((await post('/orders', key)).status).toBe(201);
    }
    expect(behind.connections()).toBe(1);
  });

  it('has its body held back until it is whole, and refused over the limit', async () => {
    const behind = await serveBehind(counting());
    const args = ['--upstream', behind.url, ...PUBLIC, '--max-request-body', '1000'];
    const { post } = await startProxy(args);
    const large = await post('/orders', 'one', { body: Buffer.alloc(3_000_000) });
    expect([large.status, json(large)['code']]).toEqual([413, 'body-too-large']);
    expect(behind.requests).toHaveLength(0);
    expect((await post('/orders', 'one', { body: 'x'.repeat(1000) })).status).toBe(201);
    expect(behind.requests[0]?.headers['content-length']).toBe('1000');
  });

  it('has its answer streamed: its beginning comes while the end is not written', async () => {
    const behind = await waitingBehind();
    const { url } = await startProxy(['--upstream', behind.url, ...PUBLIC]);
    const { response: answer } = begin(url, '/orders', 'one');
    const { response } = await behind.arrived;
    response.write('begin');
    const got = await answer;
    const [chunk] = (await once(got, 'data')) as [Buffer];
    expect(chunk.toString()).toBe('begin');
    response.end('end');
    expect((await receive(got)).body.toString()).toBe('end');
  });

  it('reaches a server in Python once', async () => {
    const cwd = folder({
      'server.py': `import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    count = 0
    def do_POST(self):
        self.rfile.read(int(self.headers['content-length']))
        Handler.count += 1
        self.send_response(201)
        self.end_headers()
        self.wfile.write(b'order %d' % Handler.count)
server = http.server.HTTPServer(('127.0.0.1', 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
`,
    });
    const { child } = start(['python3', 'server.py'], { cwd });
    const [port] = (await once(child.stdout ?? child, 'data')) as [Buffer];
    const upstream = `http://127.0.0.1:${port.toString().trim()}`;
    const { post } = await startProxy(['--upstream', upstream, ...PUBLIC], { cwd });
    const got = [
      await post('/orders', 'one'),
      await post('/orders', 'one'),
      await post('/orders', 'two'),
    ];
    expect(got.map(({ body }) => body.toString())).toEqual(['order 1', 'order 1', 'order 2']);
  });
});

describe('whose key it is', () => {
  it('is told by the header that is named, of which the ledger gets a hash only', async () => {
    const behind = await serveBehind(counting());
    const args = ['--upstream', behind.url, '--scope', 'header:X-User'];
    const { post, cwd } = await startProxy(args);
    expect(json(await post('/orders', 'one', { user: 'ada@example' }))).toEqual({ id: 1 });
    expect(json(await post('/orders', 'one', { user: 'bob@example' }))).toEqual({ id: 2 });
    expect(json(await post('/orders', 'one', { user: 'ada@example' }))).toEqual({ id: 1 });
    const kept = ['ledger.db', 'ledger.db-wal'].map((name) => join(cwd, name));
    for (const file of kept.filter(existsSync)) {
      expect(readFileSync(file, 'latin1')).not.toContain('ada@example');
    }
  });

  it('has to be told, once, or nothing is sent on', async () => {
    const behind = await serveBehind(counting());
    const { post } = await startProxy(['--upstream', behind.url, '--scope', 'header:x-tenant']);
    const twice = { headers: { 'x-tenant': ['a', 'b'] } };
    for (const sent of [{}, twice, { headers: { 'x-tenant': '' } }]) {
      const got = await post('/orders', 'one', sent);
      expect([got.status, json(got)['code']]).toEqual([400, 'scope-missing']);
    }
    expect(behind.requests).toHaveLength(0);
    expect((await post('/orders')).status).toBe(201);
  });
});
