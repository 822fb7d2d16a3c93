// A proxy before bare Express, each in a process of its own: by hand with node:http, or `runtwice proxy`.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, createServer, request as send } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { ready, told } from './control.mjs';

const upstream = await startUpstream();
if (told.guard === 'by hand') byHand(upstream);
else await ours(upstream);

async function startUpstream() {
  const express = fileURLToPath(new URL('express.mjs', import.meta.url));
  const child = fork(express, [JSON.stringify({ ...told, guard: 'none' })], { execArgv: [] });
  const [{ port }] = await once(child, 'message');
  return port;
}

function byHand(port) {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((request, response) => {
    const { method, url: path, headers } = request;
    const outgoing = send({ port, host: '127.0.0.1', agent, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    request.pipe(outgoing);
  });
  server.listen(0, '127.0.0.1', () => ready(server));
}

async function ours(port) {
  const own = await freePort();
  const args = ['proxy', '--upstream', `http://127.0.0.1:${port}`, '--scope', 'public'];
  args.push('--listen', `127.0.0.1:${own}`, '--ledger', 'memory:', '--quiet');
  const stdio = ['ignore', 'ignore', 'pipe'];
  const command = [...process.execArgv, `${told.dist}/cli/main.js`, ...args];
  const child = spawn(process.execPath, command, { stdio });
  await once(child.stderr, 'data');
  process.on('message', () => process.send(cpuOf(child.pid)));
  process.on('disconnect', () => {
    child.kill();
    process.exit();
  });
  process.send({ port: own });
}

const TICKS_US = 10_000;

/** As the kernel counts it: after the name in brackets, user and system time are the 12th and 13th. */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /u, '')
    .split(' ');
  return { user: Number(fields[11]) * TICKS_US, system: Number(fields[12]) * TICKS_US };
}

async function freePort() {
  const server = createSocketServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
