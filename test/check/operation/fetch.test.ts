import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CheckReport,
  checkOperation,
  fetchPort,
  mailPort,
  reportText,
} from '../../../src/check/index.ts';

let server: Server;
let url: string;
const received: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.method === 'POST') received.push(request.url ?? '');
    response.end(JSON.stringify(received.length > 0));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function check(run: (request: typeof fetch) => Promise<unknown>): Promise<CheckReport> {
  return checkOperation(({ request }) => run(request), {
    effects: { request: fetchPort(fetch) },
    reset: () => {
      received.length = 0;
    },
    only: ['twice', 'interrupted'],
  });
}

function answersOf({ scenarios }: CheckReport): string[] {
  return scenarios.map(({ answer }) => answer);
}

describe('requests', () => {
  it('that are sent again are repeated effects', async () => {
    const report = await check((request) =>
      request(`${url}/charge`, { method: 'POST', body: '42' }),
    );
    expect(answersOf(report)).toEqual(['repeated effect', 'repeated effect']);
    expect(reportText(report)).toContain(`POST ${url}/charge (42) happened 2 times`);
  });

  it('that are looked up first are repeated only where the run was killed after them', async () => {
    const marks = new Set<string>();
    const report = await checkOperation(
      async ({ request, marked, mark }) => {
        if (await marked()) return;
        await request(`${url}/charge`, { method: 'POST' });
        await mark();
      },
      {
        effects: {
          request: fetchPort(fetch),
          marked: () => marks.has('x'),
          mark: () => marks.add('x'),
        },
        reset: () => marks.clear(),
        only: ['twice', 'interrupted'],
      },
    );
    expect(answersOf(report)).toEqual(['nothing to do', 'repeated effect']);
  });

  it('with the same key are safe, and with another one each time are not', async () => {
    const send = (request: typeof fetch, key: string) =>
      request(new URL('/charge', url), { method: 'post', headers: { 'Idempotency-Key': key } });
    const same = await check((request) => send(request, 'k1'));
    expect(answersOf(same)).toEqual(['nothing to do', 'recovers']);
    const others = await check((request) => send(request, randomUUID()));
    expect(answersOf(others)).toEqual(['repeated effect', 'repeated effect']);
  });

  it('that only read are no moments to kill at', async () => {
    const report = await check(async (request) => {
      const response = await request(url);
      if ((await response.json()) === false) await request(new Request(url, { method: 'POST' }));
    });
    expect(report.points.found).toBe(2);
    expect(answersOf(report)).toEqual(['nothing to do', 'recovers']);
  });
});

describe('mails', () => {
  it('that are sent again are repeated effects', async () => {
    const sent: string[] = [];
    class Transporter {
      readonly #name = 'mailer';
      async sendMail(mail: { to: string; subject: string }): Promise<string> {
        sent.push(mail.to);
        return this.#name;
      }
    }
    const report = await checkOperation(
      ({ mail }) => mail.sendMail({ to: 'a@example.com', subject: 'Hello' }),
      { effects: { mail: mailPort(new Transporter()) }, reset() {} },
    );
    expect(answersOf(report)).toEqual(['repeated effect', 'differs', 'repeated effect']);
    expect(reportText(report)).toContain("sendMail('a@example.com', 'Hello') happened 2 times");
  });
});
