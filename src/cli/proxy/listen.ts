import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RuntwiceError } from '../../core/errors.ts';
import type { Address } from './settings.ts';
import { messageOf } from './usage.ts';

/** Listens, and says where: the URL, with the port that the system gave for 0. */
export async function listen(server: Server, { host, port }: Address): Promise<string> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    throw new RuntwiceError(
      'ERR_RUNTWICE_ADDRESS_UNUSABLE',
      `cannot listen on ${host}:${port}: ${reasonOf(cause)}`,
      { fix: 'Nothing was served. Give another address, or end what has this one.', cause },
    );
  }
  const { address, family, port: actual } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`;
}

function reasonOf(cause: unknown): string {
  const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
  return isTaken ? 'the port is taken' : messageOf(cause);
}
