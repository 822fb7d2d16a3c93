import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { serverProcess } from '../../../src/check/index.ts';
import { freePort } from '../../support/free-port.ts';

const LISTENS = `require('node:http').createServer((_, response) => response.end()).listen(process.argv[1])`;

async function address(): Promise<{ port: string; url: string }> {
  const port = String(await freePort());
  return { port, url: `http://127.0.0.1:${port}` };
}

describe('serverProcess', () => {
  it('starts a command, and kills all of its processes', async () => {
    const { port, url } = await address();
    const command = ['sh', '-c', `"$0" -e "$1" ${port} & wait`, process.execPath, LISTENS];
    const start = serverProcess({ command, url });
    for (let round = 0; round < 2; round++) {
      const server = await start();
      expect((await fetch(url)).status).toBe(200);
      await server.kill();
      await expect(fetch(url)).rejects.toThrow();
    }
    expect(spawnSync('pgrep', ['-f', `listen.* ${port}`]).stdout.toString()).toBe('');
  });

  it('says what a command said that ended before it listened', async () => {
    const { url } = await address();
    const start = serverProcess({ command: ['sh', '-c', 'echo no database >&2; exit 3'], url });
    await expect(start()).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_INVALID_ARGUMENT',
      message: expect.stringContaining('it ended before it listened; it said: no database'),
    });
  });

  it('says that there is no such program', async () => {
    const { url } = await address();
    const start = serverProcess({ command: ['no-such-program'], url });
    await expect(start()).rejects.toThrow('ENOENT');
  });

  it('does not wait for ever, and leaves nothing behind', async () => {
    const { url } = await address();
    const start = serverProcess({ command: ['sleep', '61.25'], url, ready: 200 });
    await expect(start()).rejects.toThrow('it does not listen in time');
    expect(spawnSync('pgrep', ['-f', 'sleep 61[.]25']).stdout.toString()).toBe('');
  });

  it('takes nobody else for it', async () => {
    const { port, url } = await address();
    const other = serverProcess({ command: [process.execPath, '-e', LISTENS, port], url });
    const running = await other();
    try {
      await expect(other()).rejects.toThrow('somebody else listens');
    } finally {
      await running.kill();
    }
  });
});
