import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { Upstream } from '../../../src/cli/proxy/upstream.ts';
import { until } from '../../support/until.ts';

/** A server that says this to whoever connects. */
async function saying(text: string): Promise<Upstream> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(text));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return new Upstream({ upstream: new URL(`http://127.0.0.1:${port}`), upstreamTimeoutMs: 60_000 });
}

const ASKED = { method: 'POST', target: '/', headers: ['host', 'api.example'] };

it('an answer that switches protocols, which nobody asked for, is none', async () => {
  const switching = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n';
  const { message, answer } = (await saying(switching)).onFresh(ASKED);
  message.end();
  await expect(answer).rejects.toMatchObject({ failure: 'failed' });
});

it('an answer that has come as a whole can be read after the end of all', async () => {
  const body = 'x'.repeat(20_000);
  const upstream = await saying(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  const { message, answer } = upstream.onFresh(ASKED);
  message.end();
  const got = await answer;
  await until(() => got.complete);
  upstream.close();
  expect((await buffer(got)).toString()).toBe(body);
});

it('an answer that has come in part breaks off at the end of all', async () => {
  const upstream = await saying('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbegun');
  const { message, answer } = upstream.onFresh(ASKED);
  message.end();
  const got = await answer;
  upstream.close();
  await expect(buffer(got)).rejects.toThrow();
});
