import { closeSync } from 'node:fs';
import { nextTurn, SLICE_MS } from '../converge/turns.ts';
import { errorCode } from './errors.ts';
import { syncFile } from './fs-async.ts';
import type { Bytes } from './names.ts';
import { discard } from './stage.ts';
import type { TargetFolder } from './target-folder.ts';

/**
 * When copies are made durable. `group`: no name is visible before its bytes are on disk, by 256
 * files or 64 MB at a time · `file`: the same for each file alone · `none`: the system decides; after
 * a power cut a file may be empty or torn.
 */
export type Durability = 'group' | 'file' | 'none';

/** Something whole that waits for its name, in a folder that is in use. */
export interface Ready {
  readonly folder: TargetFolder;
  /** Its bytes, staged and open; undefined for what is made in one step. */
  readonly staged?: { readonly temp: Bytes; readonly fd: number; readonly size: number };
  /** Gives it its name; false when something of that name is there. */
  put(): boolean;
}

interface Waiting extends Ready {
  resolve(isNamed: boolean): void;
  reject(error: unknown): void;
}

const GROUP_FILES = 256;
const GROUP_BYTES = 64 * 1024 * 1024;

/** Makes what is ready durable, then visible. */
export class Publisher {
  readonly #durability: Durability;
  #group: Waiting[] = [];
  #groupBytes = 0;
  #added = 0;
  #watching = false;
  #flushed: Promise<void> = Promise.resolve();

  constructor(durability: Durability) {
    this.#durability = durability;
  }

  /** Answers whether it got its name, once that will survive whatever `durability` promises. */
  publish(ready: Ready): boolean | Promise<boolean> {
    if (this.#durability === 'none') return publishNow(ready);
    return new Promise((resolve, reject) => this.#add({ ...ready, resolve, reject }));
  }

  #add(waiting: Waiting): void {
    this.#group.push(waiting);
    this.#groupBytes += waiting.staged?.size ?? 0;
    this.#added++;
    const isFull = this.#group.length >= GROUP_FILES || this.#groupBytes >= GROUP_BYTES;
    if (isFull || this.#durability === 'file') this.#flush();
    else if (!this.#watching) this.#watch();
  }

  /** A group that nothing was added to for a whole turn will not fill by itself. */
  #watch(): void {
    this.#watching = true;
    const added = this.#added;
    setImmediate(() => {
      this.#watching = false;
      if (this.#group.length === 0) return;
      if (this.#added === added) this.#flush();
      else this.#watch();
    });
  }

  #flush(): void {
    const group = this.#group;
    this.#group = [];
    this.#groupBytes = 0;
    this.#flushed = this.#flushed.then(() => publishGroup(group));
  }
}

function publishNow(ready: Ready): boolean {
  try {
    if (ready.staged !== undefined) closeSync(ready.staged.fd);
    return put(ready);
  } finally {
    ready.folder.done();
  }
}

/** Never rejects: each member is told how it ended. */
async function publishGroup(group: readonly Waiting[]): Promise<void> {
  const durable = await Promise.all(group.map(makeDurable));
  const named: Waiting[] = [];
  let sliceEndsMs = performance.now() + SLICE_MS;
  for (const [index, waiting] of group.entries()) {
    if (!durable[index]) continue;
    putWaiting(waiting, named);
    if (performance.now() < sliceEndsMs) continue;
    await nextTurn();
    sliceEndsMs = performance.now() + SLICE_MS;
  }
  await syncFolders(named);
  for (const { folder } of group) folder.done();
}

/** False when that failed: the copy is removed, and whoever waits is told. */
async function makeDurable({ staged, reject }: Waiting): Promise<boolean> {
  if (staged === undefined) return true;
  try {
    await syncFile(staged.fd);
    closeSync(staged.fd);
    return true;
  } catch (error) {
    closeSync(staged.fd);
    discard(staged.temp);
    reject(error);
    return false;
  }
}

function putWaiting(waiting: Waiting, named: Waiting[]): void {
  try {
    if (put(waiting)) named.push(waiting);
    else waiting.resolve(false);
  } catch (error) {
    waiting.reject(error);
  }
}

function put(ready: Ready): boolean {
  try {
    return ready.put();
  } catch (error) {
    if (ready.staged !== undefined) discard(ready.staged.temp);
    throw error;
  }
}

/** The names are durable when their folders are. */
async function syncFolders(named: readonly Waiting[]): Promise<void> {
  const byFolder = Map.groupBy(named, ({ folder }) => folder);
  await Promise.all(
    [...byFolder].map(async ([folder, members]) => {
      try {
        await Promise.all(folder.toSync().map(syncFolder));
        folder.synced();
        for (const member of members) member.resolve(true);
      } catch (error) {
        for (const member of members) member.reject(error);
      }
    }),
  );
}

async function syncFolder(fd: number): Promise<void> {
  try {
    await syncFile(fd);
  } catch (error) {
    // Some network file systems cannot sync a folder, and need not: their server does.
    if (!['EINVAL', 'ENOTSUP', 'EBADF'].includes(errorCode(error) ?? '')) throw error;
  }
}
