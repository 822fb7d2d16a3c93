import type { Readable } from 'node:stream';
import type { Idem } from '../../../../src/adapters/http/engine/idem.ts';
import type { IdempotencyOptions } from '../../../../src/adapters/http/engine/options.ts';

/** What a handler answers, in no framework's words. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Text and bytes as they are, a stream in pieces, all else as JSON; nothing where it is absent. */
  readonly body?: string | Uint8Array | Readable | { readonly [name: string]: unknown };
}

/** What a handler is given. */
export interface Call {
  readonly idem: Idem;
  /** The body as the framework's own parser has it. */
  readonly body: unknown;
}

export type Handler = (call: Call) => Reply | Promise<Reply>;

/** Handlers by method and path: `POST /orders`. */
export type Routes = Readonly<Record<string, Handler>>;

/** All but whose keys they are: that is the header `x-user`. */
export type MountOptions = Omit<IdempotencyOptions<object>, 'scope' | 'operation' | 'fingerprint'>;

/** A framework with our mount in it. */
export interface TestMount {
  readonly name: string;
  /** Serves the routes, each behind the mount, as its framework's users would; on 127.0.0.1. */
  serve(routes: Routes, options: MountOptions): Promise<{ url: string; close(): Promise<void> }>;
  /** What its own parser makes of a body may be all that it sees, so that spaces do not count. */
  readonly sees: 'raw' | 'parsed';
  /**
   * The handler is in another process than the mount: it has no `idem`, and where it throws, its connection
   * breaks. Cases that need more are skipped.
   */
  readonly isRemote?: boolean;
  /** It can be told by whoever answers in the end whether the handler threw. */
  readonly transactions?: boolean;
}
