import { symlinkSync } from 'node:fs';
import { pLimit } from '../../vendor/p-limit.ts';
import type { ConvergeRun, Lost } from '../converge/index.ts';
import { copySmall, type Staged } from './copy.ts';
import { copyLarge } from './copy-large.ts';
import { modeLike } from './destination.ts';
import { ItemError } from './errors.ts';
import type { Item } from './item.ts';
import { readLink } from './look.ts';
import { toPath } from './names.ts';
import { nameFile, nameFolder, nameLink, replaceFile } from './publish.ts';
import type { Publisher, Ready } from './publisher.ts';
import type { Stage } from './stage.ts';

/** Written through its folder's descriptor it could be longer, but then no later run could read it. */
const MAX_PATH_BYTES = 4095;
const TOO_LONG = `its path in the destination would be longer than ${MAX_PATH_BYTES} bytes`;

/** Exports items: stages each, has it made durable, and gives it its name. */
export class Exporter {
  /** Bytes copied, of whole files. */
  #bytes = 0;
  readonly #underWay = new Map<Item, number>();
  readonly #stage: Stage;
  readonly #publisher: Publisher;
  readonly #limit: <T>(work: () => Promise<T>) => Promise<T>;

  /** `jobs`: how many large files are copied at the same time. */
  constructor(stage: Stage, publisher: Publisher, jobs: number) {
    this.#stage = stage;
    this.#publisher = publisher;
    this.#limit = pLimit(jobs);
  }

  /** Bytes copied so far. */
  get bytes(): number {
    return [...this.#underWay.values()].reduce((sum, bytes) => sum + bytes, this.#bytes);
  }

  act(item: Item, run: ConvergeRun): Lost | undefined | Promise<Lost | undefined> {
    if (item.target.length > MAX_PATH_BYTES) throw new ItemError(TOO_LONG);
    item.folder.use();
    const ready = this.#prepared(item, run);
    if (ready instanceof Promise) return this.#publishLater(item, ready, run);
    const named = this.#publisher.publish(ready);
    if (named instanceof Promise) return named.then((late) => ended(item, late, run));
    return ended(item, named, run);
  }

  async #publishLater(
    item: Item,
    preparing: Promise<Ready>,
    run: ConvergeRun,
  ): Promise<Lost | undefined> {
    return ended(item, await this.#publisher.publish(await preparing), run);
  }

  /** Not ready means not in use any more. */
  #prepared(item: Item, run: ConvergeRun): Ready | Promise<Ready> {
    try {
      const ready = this.#prepare(item, run);
      if (!(ready instanceof Promise)) return ready;
      return ready.catch((error: unknown) => {
        item.folder.done();
        throw error;
      });
    } catch (error) {
      item.folder.done();
      throw error;
    }
  }

  #prepare(item: Item, run: ConvergeRun): Ready | Promise<Ready> {
    if (item.kind === 'link') return this.#prepareLink(item);
    if (item.kind === 'folder') {
      const mode = modeLike(item.source);
      return { folder: item.folder, put: () => nameFolder(item.folder, item.targetName, mode) };
    }
    const follow = item.kind === 'followed';
    const staged = copySmall(item.source, this.#stage.next(), follow);
    if (staged !== 'too large') return this.#readyFile(item, staged);
    return this.#limit(() => this.#copyLarge(item, follow, run));
  }

  #prepareLink(item: Item): Ready {
    const { folder, targetName } = item;
    const leadsTo = readLink(item.source);
    if (!item.replaces) return { folder, put: () => nameLink(leadsTo, folder, targetName) };
    const temp = this.#stage.next();
    symlinkSync(toPath(leadsTo), toPath(temp));
    return { folder, put: () => replaceFile(temp, folder, targetName) };
  }

  async #copyLarge(item: Item, follow: boolean, run: ConvergeRun): Promise<Ready> {
    const { signal } = run;
    const progressed = (bytes: number): void => {
      this.#underWay.set(item, bytes);
      run.progressed();
    };
    try {
      const staged = await copyLarge(item.source, this.#stage.next(), {
        follow,
        signal,
        progressed,
      });
      return this.#readyFile(item, staged);
    } finally {
      this.#underWay.delete(item);
    }
  }

  #readyFile(item: Item, staged: Staged): Ready {
    const { folder, targetName } = item;
    this.#bytes += staged.size;
    return {
      folder,
      staged,
      put: () =>
        item.replaces
          ? replaceFile(staged.temp, folder, targetName)
          : nameFile(staged.temp, folder, targetName, this.#stage),
    };
  }
}

function ended(item: Item, isNamed: boolean, run: ConvergeRun): Lost | undefined {
  if (isNamed) return undefined;
  item.isStale = true;
  return run.lost;
}
