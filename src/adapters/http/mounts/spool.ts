import { createHash, hash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
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
    if (this.#file === undefined) return Readable.from(this.#chunks, { objectMode: false });
    return createReadStream('', { fd: this.#file.fd, start: 0, autoClose: false });
  }

  /** Frees the file; what reads it has to be done. */
  async close(): Promise<void> {
    await this.#file?.close();
  }
}

/** Has no name as soon as it is open, so that it is gone with the process, however that ends. */
async function privateFile(): Promise<FileHandle> {
  const path = join(tmpdir(), `runtwice-body-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}
