import type { Row } from '../../src/once/store/rules.ts';
import type {
  ClaimRequest,
  RenewRequest,
  Store,
  UpdateRequest,
} from '../../src/once/store/types.ts';
import type { Policy } from './plan.ts';
import type { World } from './world.ts';

/** What a store did to its rows, held against what it may do. Written apart from the store's own rules. */
export class History {
  readonly violations: string[] = [];
  /** True while a person resolves: only then may a `stop` key have a further attempt. */
  isResolving = false;
  readonly #store: Store;
  readonly #world: World;
  readonly #policyOf: (id: string) => Policy;

  constructor(store: Store, world: World, policyOf: (id: string) => Policy) {
    this.#store = store;
    this.#world = world;
    this.#policyOf = policyOf;
  }

  async claim(request: ClaimRequest): ReturnType<Store['claim']> {
    const before = await this.#row(request.id);
    const reply = await this.#store.claim(request);
    this.#compare(request.id, before, await this.#row(request.id));
    const after = await this.#row(request.id);
    if (reply.claimed && after?.owner !== request.owner) {
      this.#tell(request.id, 'a claim was granted and not recorded');
    }
    const isLive = before?.state === 'running' && before.leaseUntil > this.storeNow();
    if (isLive && after?.owner !== before.owner && !request.takeover?.evenIfLeased) {
      this.#tell(request.id, 'an attempt was taken over before its lease was over');
    }
    return reply;
  }

  async renew(requests: readonly RenewRequest[]): Promise<boolean[]> {
    const before = await Promise.all(requests.map(({ id }) => this.#row(id)));
    const held = await this.#store.renew(requests);
    for (const [index, { id, owner }] of requests.entries()) {
      const isOwner = before[index]?.owner === owner;
      const isChanged = (await this.#row(id)) !== before[index];
      if (!isOwner && isChanged) this.#tell(id, 'a lease was renewed by another');
      if (!isOwner && held[index]) this.#tell(id, 'a lost lease was said to be held');
    }
    return held;
  }

  async update(request: UpdateRequest): ReturnType<Store['update']> {
    const before = await this.#row(request.id);
    const at = await this.#store.update(request);
    const after = await this.#row(request.id);
    this.#compare(request.id, before, after);
    if (before !== undefined && before.owner !== request.owner && after !== before) {
      this.#tell(request.id, 'an attempt wrote that did not have the key');
    }
    if (at !== undefined && before?.owner !== request.owner) {
      this.#tell(request.id, 'an attempt was told that it wrote, and did not have the key');
    }
    if (at !== undefined && after?.state !== request.state) {
      this.#tell(request.id, `told ${request.state}, recorded ${after?.state}`);
    }
    return at;
  }

  async remove(id: string, owner: string): Promise<boolean> {
    return this.#store.remove(id, owner);
  }

  async purge(ids: readonly string[]): Promise<void> {
    const before = new Map<string, Row | undefined>();
    for (const id of ids) before.set(id, await this.#row(id));
    await this.#store.purge({ prefix: '', limit: 100 });
    for (const [id, row] of before) {
      if (row !== undefined) this.#comparePurged(id, row, await this.#row(id));
    }
  }

  async #row(id: string): Promise<Row | undefined> {
    return (await this.#store.read(id))?.record as Row | undefined;
  }

  #compare(id: string, before: Row | undefined, after: Row | undefined): void {
    if (before === undefined) return;
    if (after === undefined) {
      this.#tell(id, 'the record is gone');
      return;
    }
    if (after.attempt < before.attempt) this.#tell(id, 'the fence fell');
    if (after.firstAt !== before.firstAt) this.#tell(id, 'the first time changed');
    if (after.owner !== before.owner && after.attempt !== before.attempt + 1) {
      this.#tell(id, 'another owner without another attempt');
    }
    if ((before.state === 'done' || before.state === 'failed') && after !== before) {
      this.#tell(id, `a ${before.state} record was changed`);
    }
    const isTakenOver = after.owner !== before.owner && before.state !== 'released';
    if (isTakenOver && this.#policyOf(id) === 'stop' && !this.isResolving) {
      this.#tell(id, `an attempt that was ${before.state} became another by itself`);
    }
  }

  #comparePurged(id: string, before: Row, after: Row | undefined): void {
    if (after === before) return;
    const { state, finishedAt, keepMs, rememberMs } = before;
    if (state === 'running' || state === 'unknown') this.#tell(id, `purged while ${state}`);
    const age = this.storeNow() - finishedAt;
    const isTrimmed = before.result !== undefined && after?.result === undefined;
    if (age < keepMs && isTrimmed) this.#tell(id, 'the result was purged early');
    if (after !== undefined && state === 'released' && after.progress !== before.progress) {
      this.#tell(id, 'steps that are done were purged');
    }
    if (after === undefined && age < keepMs + rememberMs)
      this.#tell(id, 'the key was purged early');
  }

  /** Set by whoever gives the store its clock. */
  storeNow: () => number = () => this.#world.now;

  #tell(id: string, what: string): void {
    this.violations.push(`${id}: ${what} (at ${this.#world.now} ms)`);
  }
}
