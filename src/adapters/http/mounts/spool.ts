import { createHash, hash, randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Content } from '../engine/types.ts';

/** What is larger is kept in a file. */
export const IN_MEMORY = 1_048_576;

/**
 * The body of a request, read before its key is claimed: in memory while it is small, then in a file that
 * nobody else can open.
 */
export class Spool {
  /** SHA-256 in base64url. */
  readonly hash: string;
  readonly size: number;
  readonly #chunks: readonly Uint8Array[];
  readonly #file: FileHandle | undefined;

  private constructor(hash: string, size: number, chunks: Uint8Array[], file?: FileHandle) {
    this.hash = hash;
    this.size = size;
    this.#chunks = chunks;
    this.#file = file;
  }

  /** A body that somebody else has read. */
  static of(bytes: Uint8Array): Spool {
    return new Spool(hash('sha256', bytes, 'base64url'), bytes.length, [bytes]);
  }

  /**
   * The same for a stream that is said to be small: it is read by its events, as an iteration costs more than
   * all the rest of a request.
   */
  static async readSmall(source: Readable, limit: number): Promise<Spool | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array | undefined>();
    const chunks: Uint8Array[] = [];
    let size = 0;
    source.on('data', (chunk: Uint8Array) => {
      size += chunk.length;
      if (size > limit) resolve(undefined);
      else chunks.push(chunk);
    });
    source.once('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    source.once('error', reject);
    source.once('close', () => {
      // An error is dear, and most bodies end.
      if (!source.readableEnded) reject(new Error('the body broke off before its end'));
    });
    const bytes = await promise;
    return bytes && Spool.of(bytes);
  }

  /** Reads a body to its end; undefined where it has more bytes than `limit`: it is then not read on. */
  static async read(source: AsyncIterable<Uint8Array>, limit: number): Promise<Spool | undefined> {
    const digest = createHash('sha256');
    let chunks: Uint8Array[] = [];
    let size = 0;
    let file: FileHandle | undefined;
    try {
      for await (const chunk of source) {
        size += chunk.length;
        if (size > limit) return void (await file?.close());
        digest.update(chunk);
        chunks.push(chunk);
        if (size > IN_MEMORY) {
          file ??= await privateFile();
          await file.appendFile(Buffer.concat(chunks));
          chunks = [];
        }
      }
    } catch (error) {
      await file?.close();
      throw error;
    }
    return new Spool(digest.digest('base64url'), size, chunks, file);
  }

  /** What requests are compared by. */
  content(): Content {
    return { kind: 'raw', hash: this.hash, bytes: () => this.bytes() };
  }

  /** All of it, in memory. */
  async bytes(): Promise<Buffer> {
    if (this.#file === undefined) return Buffer.concat(this.#chunks);
    return Buffer.concat(await this.stream().toArray());
  }

  /** All of it, from its beginning; any number of times. */
  stream(): Readable {
    if (this.#file === undefined) return streamOf(this.#chunks);
    return Readable.from(chunksOf(this.#file), { objectMode: false });
  }

  /** Frees the file; what reads it has to be done. */
  async close(): Promise<void> {
    await this.#file?.close();
  }
}

function streamOf(chunks: readonly Uint8Array[]): Readable {
  return new Readable({
    read() {
      for (const chunk of chunks) this.push(chunk);
      this.push(null);
    },
  });
}

/** By the handle, never by its number: after it is closed, that may be the file of another request. */
async function* chunksOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  for (let at = 0; ; ) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

const CHUNK = 65_536;

/** Whether headers say that the body is small. */
export function isSmall(headers: { readonly 'content-length'?: string | undefined }): boolean {
  return Number(headers['content-length'] ?? Number.NaN) <= IN_MEMORY;
}

/** Has no name as soon as it is open, so that it is gone with the process, however that ends. */
async function privateFile(): Promise<FileHandle> {
  const path = join(tmpdir(), `runtwice-body-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}
