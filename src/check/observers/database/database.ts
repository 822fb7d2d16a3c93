import { RuntwiceError } from '../../../core/errors.ts';
import type { Entry } from '../files/manifest.ts';

/** A database that the command gets clones of; itself, it is only read. */
export interface ClonedDatabase {
  make(): Promise<Clone>;
  /** Drops all clones. */
  close(): Promise<void>;
}

export interface Clone {
  /** A socket that leads to it, and to nothing else of its server. */
  readonly socket: string;
  /** Its address; the host and port are not yet those at which the command finds it. */
  readonly url: URL;
  /** What is in it, once all that was sent to it has been done, or undone. */
  read(): Promise<[name: string, Entry][]>;
  drop(): Promise<void>;
}

/** What is needed to open one. */
export interface DatabaseSource<Client> {
  readonly url: URL;
  readonly client: Client;
  /** The path of a file for the clones' use. */
  pathOf(name: string): string;
}

/** Host and port of a server, as they are connected to. */
export function serverOf(url: URL, port: number): { host: string; port: number } {
  const host = url.hostname.replace(/^\[|\]$/gu, '');
  return { host: host === '' ? '127.0.0.1' : host, port: Number(url.port || port) };
}

/** The name of the database, in its URL. */
export function nameIn({ pathname }: URL): string {
  return decodeURIComponent(pathname.slice(1));
}

export function withName(url: URL, name: string): URL {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(name)}`;
  return other;
}

/** Names of paths are bytes: one character a byte. */
export function pathFrom(...parts: (string | Buffer)[]): string {
  return parts.map((part) => Buffer.from(part).toString('latin1')).join('');
}

export function unusable(what: string, cause: unknown, fix: string): RuntwiceError {
  const why = cause instanceof Error ? cause.message || String(cause) : String(cause);
  return new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', `${what}: ${why}`, {
    fix: `Nothing was run. ${fix}`,
    cause,
  });
}
