import { once } from 'node:events';
import { Agent, type IncomingMessage, request as requestOf } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { begin, json, receive, send } from '../../adapters/http/suite/client.ts';
import { freePort } from '../../support/free-port.ts';
import { until } from '../../support/until.ts';
import { type Behind, counting, serveBehind, startProxy } from './harness.ts';

const inFrontOf = ({ url }: Pick<Behind, 'url'>, ...args: string[]) =>
  startProxy(['--upstream', url, '--scope', 'header:x-user', ...args]);

const get = (url: string, path: string, method = 'GET') =>
  send(url, path, undefined, { method, body: '', headers: { 'content-length': [] } });

describe('a request without a key', () => {
  it.each([
    ['GET', undefined],
    ['HEAD', undefined],
    ['POST', undefined],
    ['PUT', 'a-key'],
    ['DELETE', 'a-key'],
  ])('%s is passed on each time, and nothing is remembered', async (method, key) => {
    const behind = await serveBehind((request, response) => {
      request.resume().on('end', () => response.writeHead(200, { 'x-own': 'a' }).end('body'));
    });
    const { post, lines } = await inFrontOf(behind);
    const got = [await post('/x', key, { method }), await post('/x', key, { method })];
    expect(got.map(({ status }) => status)).toEqual([200, 200]);
    expect(got[1]?.headers).toMatchObject({ 'x-own': 'a' });
    expect(got[1]?.headers['idempotent-replayed']).toBeUndefined();
    expect(got[1]?.body.toString()).toBe(method === 'HEAD' ? '' : 'body');
    expect(behind.requests.map((request) => request.method)).toEqual([method, method]);
    await until(() => lines().length === 2);
    expect(lines()[0]).toMatchObject({ method, outcome: 'pass', upstreamStatus: 200 });
  });

  it('is passed both ways as it comes', async () => {
    const behind = await serveBehind((request, response) => {
      request.on('data', (chunk) => response.write(chunk));
      request.on('end', () => response.end());
    });
    const { url } = await inFrontOf(behind);
    const message = requestOf(new URL('/echo', url), { method: 'POST' });
    message.write('one');
    const [response] = (await once(message, 'response')) as [IncomingMessage];
    expect(String((await once(response, 'data'))[0])).toBe('one');
    message.write('two');
    expect(String((await once(response, 'data'))[0])).toBe('two');
    message.end();
    await receive(response);
    expect(behind.requests[0]?.headers['transfer-encoding']).toBe('chunked');
  });

  it('has headers of its connection removed, and told where it comes from', async () => {
    const behind = await serveBehind((_, response) => {
      response.writeHead(200, [
        'Connection',
        'x-secret',
        'X-Secret',
        '1',
        'Set-Cookie',
        'a',
        'Set-Cookie',
        'b',
      ]);
      response.end();
    });
    const { url } = await inFrontOf({ url: `${behind.url}/base/` });
    const headers = {
      connection: 'x-hop',
      'x-hop': '1',
      te: 'trailers',
      'keep-alive': 'timeout=5',
      'x-forwarded-for': '10.0.0.1',
      'x-end': 'to end',
    };
    const got = await send(url, '/path?a=%20b', undefined, { headers });
    expect(got.headers['set-cookie']).toEqual(['a', 'b']);
    expect(got.headers['x-secret']).toBeUndefined();
    const [seen] = behind.requests;
    expect(seen?.url).toBe('/base/path?a=%20b');
    const { host } = new URL(url);
    expect(seen?.headers).toMatchObject({
      host,
      'x-end': 'to end',
      'x-forwarded-for': '10.0.0.1, 127.0.0.1',
      'x-forwarded-host': host,
      'x-forwarded-proto': 'http',
      via: '1.1 runtwice',
    });
    for (const name of ['x-hop', 'te', 'keep-alive']) expect(seen?.headers[name]).toBeUndefined();
  });

  it('goes over a connection that is kept', async () => {
    const behind = await serveBehind(counting());
    const { url } = await inFrontOf(behind);
    for (let count = 0; count < 5; count++) expect((await get(url, '/x')).status).toBe(201);
    expect(behind.connections()).toBe(1);
  });

  it('is sent again where the kept connection was closed, if it is safe to', async () => {
    const sockets = new Set<string>();
    const behind = await serveBehind(({ socket }, response) => {
      const name = `${socket.remotePort}`;
      // As a server that closes an idle connection at the moment it is used.
      if (sockets.has(name)) socket.destroy();
      else response.end('ok');
      sockets.add(name);
    });
    const { url } = await inFrontOf(behind);
    expect((await get(url, '/x')).status).toBe(200);
    expect((await get(url, '/x')).status).toBe(200);
    expect(behind.requests).toHaveLength(3);
  });

  it('is answered with 503 where no connection is made, and 502 where it breaks', async () => {
    const port = await freePort();
    const { url, post } = await inFrontOf({ url: `http://127.0.0.1:${port}` });
    expect(json(await get(url, '/x'))).toMatchObject({ code: 'upstream-unreachable' });
    await serveBehind(({ socket }) => socket.destroy(), port);
    const got = await post('/x');
    expect([got.status, json(got)['code']]).toEqual([502, 'upstream-failed']);
  });

  it('is given up behind where its client leaves', async () => {
    const left = Promise.withResolvers<void>();
    const behind = await serveBehind((_, response) => response.on('close', left.resolve));
    const { url } = await inFrontOf(behind);
    const { leave } = begin(url, '/x', undefined);
    await until(() => behind.requests.length === 1);
    leave();
    await left.promise;
  });

  it('is refused where it asks for an upgrade, but not where HTTP/2 is only offered', async () => {
    const behind = await serveBehind(counting());
    const { post } = await inFrontOf(behind);
    const upgrade = (to: string) => ({ headers: { connection: 'upgrade', upgrade: to } });
    const got = await post('/x', undefined, upgrade('websocket'));
    expect([got.status, json(got)['code']]).toEqual([501, 'upgrade-refused']);
    expect(behind.requests).toHaveLength(0);
    expect((await post('/x', undefined, upgrade('h2c'))).status).toBe(201);
    expect(behind.requests[0]?.headers.upgrade).toBeUndefined();
  });

  it('is refused where a key is required', async () => {
    const behind = await serveBehind(counting());
    const { url, post } = await inFrontOf(behind, '--required');
    const got = await post('/x');
    expect([got.status, json(got)['code']]).toEqual([400, 'key-missing']);
    expect((await get(url, '/x')).status).toBe(201);
    expect(behind.requests).toHaveLength(1);
  });

  it('leaves the connection of its client usable, also where it is refused', async () => {
    const behind = await serveBehind(counting());
    const { url } = await inFrontOf(behind, '--max-request-body', '10');
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    for (const size of [1_000_000, 5, 1_000_000, 5]) {
      const headers = { 'idempotency-key': `k${size}`, 'x-user': 'a', 'content-length': size };
      const message = requestOf(url, { agent, method: 'POST', headers }).end(Buffer.alloc(size));
      const [response] = (await once(message, 'response')) as [IncomingMessage];
      ports.add(message.socket?.localPort);
      expect((await receive(response)).status).toBe(size > 10 ? 413 : 201);
    }
    agent.destroy();
    expect(ports.size).toBe(1);
  });

  it('may name the whole URL, and nothing that is no path', async () => {
    const behind = await serveBehind(counting());
    const { url } = await inFrontOf(behind);
    const { hostname, port } = new URL(url);
    const ask = async (target: string): Promise<string> => {
      const socket = connect(Number(port), hostname);
      socket.write(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      return String(Buffer.concat(await socket.toArray())).slice(9, 12);
    };
    expect(await ask('http://other.example/path?q')).toBe('201');
    expect(await ask('http://other.example?q')).toBe('201');
    expect(await ask('ftp://other.example/')).toBe('400');
    expect(behind.requests.map((request) => request.url)).toEqual(['/path?q', '/?q']);
  });
});
