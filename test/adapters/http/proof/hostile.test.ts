// What a client can send that no client should: the server, in a process of its own, lives on, answers by 2xx or
// 4xx, and takes no more memory than it may.
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../../support/tree.ts';
import { send } from '../suite/client.ts';
import { effectsIn, type Started, startServer } from './processes.ts';
import { requestText, wire } from './serve.ts';

const MiB = 1_048_576;

async function start(): Promise<Started & { effects: string }> {
  const folder = tempFolder();
  const effects = join(folder, 'effects');
  const description = { kind: 'sqlite', path: join(folder, 'ledger.db') } as const;
  return { ...(await startServer({ description, effects, kind: 'plain' })), effects };
}

async function rss({ url }: Started): Promise<number> {
  return Number((await send(url, '/rss', undefined, { method: 'GET' })).body);
}

/** The statuses of what comes back for these bytes; none where the connection is closed. */
async function statusesOf(server: Started, bytes: string | Uint8Array): Promise<number[]> {
  const client = wire(server);
  client.write(bytes);
  const text = await client.closed;
  return Array.from(text.matchAll(/^HTTP\/1\.1 (\d+)/gmu), ([, status]) => Number(status));
}

const CLOSE = ['Connection: close'];
const TYPE = ['Content-Type: application/json'];

describe('a hostile client', () => {
  it('gets 2xx or 4xx for any header, path and body', async () => {
    const server = await start();
    const bytes = fc
      .uint8Array({ maxLength: 80 })
      .map((all) => Buffer.from(all).toString('latin1'));
    const noLines = bytes.map((text) => text.replace(/[\r\n]/gu, '.'));
    const key = fc.oneof(noLines, fc.string({ unit: 'grapheme-ascii', maxLength: 300 }));
    const path = noLines.map((text) => `/${text.replace(/\s/gu, '+')}`);
    await fc.assert(
      fc.asyncProperty(key, path, bytes, async (name, target, body) => {
        const request = requestText(target, name, CLOSE, '').replace(
          'Length: 0',
          `Length: ${body.length}`,
        );
        const statuses = await statusesOf(server, Buffer.from(request + body, 'latin1'));
        expect(statuses.every((status) => status < 500 && status >= 200)).toBe(true);
        expect(statuses).toHaveLength(1);
      }),
      { numRuns: 200 },
    );
    expect(effectsIn(server.effects).filter((line) => line.startsWith('unhandled'))).toEqual([]);
  });

  it('may use every character that a key can have, and no other', async () => {
    const server = await start();
    for (let code = 32; code < 127; code++) {
      const character = String.fromCharCode(code);
      const isBare = !' ",'.includes(character);
      const bare = await send(server.url, '/', `a${character}b`);
      expect([character, bare.status]).toEqual([character, isBare ? 201 : 400]);
      const quoted = `"a${'"\\'.includes(character) ? '\\' : ''}${character}b"`;
      const got = await send(server.url, '/', quoted);
      expect([character, got.status]).toEqual([character, 201]);
      if (isBare) expect(got.headers['idempotent-replayed'], character).toBe('true');
    }
  });

  it('is told by Node where there is too much of something', async () => {
    const server = await start();
    const headers = Array.from({ length: 10_000 }, (_, index) => `x-${index}: 1`);
    const long = 'x'.repeat(8000);
    expect(await statusesOf(server, requestText('/', 'one', headers))).toEqual([431]);
    expect(await statusesOf(server, requestText(`/${long}`, 'two', CLOSE))).toEqual([201]);
    expect(await statusesOf(server, requestText(`/?${long}`, 'three', CLOSE))).toEqual([201]);
    expect(await statusesOf(server, requestText('/', long, CLOSE))).toEqual([400]);
  });

  it('holds no key with a body that does not end', async () => {
    const server = await start();
    const slow = wire(server);
    slow.write(requestText('/', 'one', TYPE).replace('Length: 0', 'Length: 3'));
    slow.write('a');
    expect((await send(server.url, '/', 'one', { body: 'abc' })).status).toBe(201);
    slow.write('b');
    slow.write('c');
    await slow.until((text) => text.includes('abc'));
    slow.leave();
    expect(effectsIn(server.effects)).toEqual(['one']);
  });

  it('cannot fill the memory with a body of 100 MB', async () => {
    const server = await start();
    const before = await rss(server);
    const client = wire(server);
    client.write(requestText('/', 'one').replace('Length: 0', `Length: ${100 * MiB}`));
    for (let sent = 0; sent < 100; sent++) client.write(Buffer.alloc(MiB));
    await client.until((text) => text.startsWith('HTTP/1.1 413 '));
    expect(await rss(server)).toBeLessThan(before + 100 * MiB);
    expect(effectsIn(server.effects)).toEqual([]);
  });

  it('cannot fill the memory with large answers', async () => {
    const server = await start();
    const ask = (key: number) => send(server.url, `/size/${MiB}`, `key-${key}`);
    const fifty = Array.from({ length: 50 }, (_, index) => index);
    const before = await rss(server);
    for (const { status, body } of await Promise.all(fifty.map(ask))) {
      expect([status, body.length]).toEqual([201, MiB]);
    }
    for (const { headers } of await Promise.all(fifty.slice(40).map(ask))) {
      expect(headers['idempotent-replayed']).toBe('true');
    }
    expect(await rss(server)).toBeLessThan(before + 600 * MiB);
  });
});
