// What a ledger asks of a store. The public conformance suite (`runtwice/testing`) holds every store to it.

/**
 * `running`: claimed, and neither finished nor given up. `done`: finished with a result. `failed`:
 * finished with an error that is kept. `released`: nothing happened; whoever comes next may claim.
 * `unknown`: the attempt ended, and whether its effect happened is not known.
 */
export type RecordState = 'running' | 'done' | 'failed' | 'released' | 'unknown';

/** A recorded result: its text, and the codec that reads it. */
export interface StoredResult {
  /** `json`, `rich`, `custom`, `error`; `none` where the result could not be kept. */
  readonly codec: string;
  readonly text: string;
}

/** All that a store knows of one key. Times are milliseconds since 1970 by the store's clock. */
export interface StoredRecord {
  readonly fingerprint: string;
  readonly state: RecordState;
  /** The fence: 1 for the first attempt, one more with each that follows. Never falls. */
  readonly attempt: number;
  /** The token of the latest attempt. */
  readonly owner: string;
  /** Until when the owner's claim is good unless it is renewed. */
  readonly leaseUntil: number;
  /** Steps and the like, for the ledger to read; empty where there is none. */
  readonly progress: string;
  /** Present when `done` or `failed`, and for a while only: see {@link StoredRecord.keepUntil}. */
  readonly result: StoredResult | undefined;
  /** When the key was claimed for the first time. */
  readonly firstAt: number;
  /** When the latest attempt began. */
  readonly startedAt: number;
  /** When it was finished; 0 before. */
  readonly finishedAt: number;
  /** When the result is no longer given out; `Infinity`: never. 0 before it is finished. */
  readonly keepUntil: number;
}

/** Takes over an attempt that ended without saying how. */
export interface Takeover {
  /** The owner that was seen. Where it is another by now, nothing is taken. */
  readonly owner: string;
  /** Take it although its lease lives: its process is known to be gone, or a person said so. */
  readonly evenIfLeased: boolean;
}

export interface ClaimRequest {
  /** The identity's text; see `core/key.ts`. Compared as bytes. */
  readonly id: string;
  readonly fingerprint: string;
  /** A token that no other attempt has, 128 characters at most. */
  readonly owner: string;
  readonly leaseMs: number;
  /** How long a finished result is kept; `Infinity`: for ever. */
  readonly keepMs: number;
  /** How long the key is remembered after that. */
  readonly rememberMs: number;
  readonly takeover?: Takeover | undefined;
}

/** A record, and the store's time when it was read. */
export interface ReadReply {
  readonly record: StoredRecord;
  readonly now: number;
}

/** The record after the claim, whoever owns it. */
export interface ClaimReply extends ReadReply {
  /** True where the record is now `running` for the one who asked. */
  readonly claimed: boolean;
}

export interface RenewRequest {
  readonly id: string;
  readonly owner: string;
  readonly leaseMs: number;
}

export interface UpdateRequest {
  readonly id: string;
  readonly owner: string;
  /** `running` saves progress only. */
  readonly state: RecordState;
  /** Left as it is where it is undefined. */
  readonly progress?: string | undefined;
  readonly result?: StoredResult | undefined;
}

export interface ListQuery {
  /** The ids that begin so. */
  readonly prefix: string;
  /** Only records in these states; `interrupted` ones are `running` with a lease that is over. */
  readonly states?: readonly RecordState[] | undefined;
  /** Only records whose latest attempt began at least so long ago. */
  readonly olderThanMs?: number | undefined;
  /** Only ids that sort after this one. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface ListedRecord {
  readonly id: string;
  readonly record: StoredRecord;
}

export interface PurgeRequest {
  readonly prefix: string;
  /** How many records at most are looked at. */
  readonly limit: number;
}

export interface PurgeReply {
  /** Keys that were forgotten. */
  readonly removed: number;
  /** Results that were dropped; their keys are still remembered. */
  readonly trimmed: number;
  /** Whether another call would find more. */
  readonly more: boolean;
}

/** What survives: `process`: nothing beyond it · `disk`: a crash of the machine · `quorum`: its loss. */
export type StoreDurability = 'process' | 'disk' | 'quorum';

/**
 * Where a ledger keeps its records. Each method is one atomic step, durable before its promise is
 * fulfilled, and may be repeated with the same owner: a reply that was lost costs nothing.
 */
export interface Store {
  /** Its kind, such as `sqlite`; shown in events and errors. */
  readonly name: string;
  readonly durability: StoreDurability;
  /**
   * Claims an id, or says what is there. It is claimed where it is absent, where it is `released`
   * (with the same fingerprint, or without progress), or where the takeover holds: the owner is the
   * one that was seen, and the state is `unknown`, or `running` with a lease that is over or is to
   * be passed over. With the owner's own token it is claimed still. A claim of what was there before
   * raises the attempt and keeps `firstAt` and the progress.
   */
  claim(request: ClaimRequest): Promise<ClaimReply>;
  /** Sets new lease ends by the store's clock; false where the owner is another or it is finished. */
  renew(requests: readonly RenewRequest[]): Promise<boolean[]>;
  /**
   * Moves a `running` or `unknown` record of that owner to a state, and says when by the store's
   * clock; the time of an earlier call where that had the same content. Undefined where the owner is
   * another.
   */
  update(request: UpdateRequest): Promise<number | undefined>;
  read(id: string): Promise<ReadReply | undefined>;
  /** In the order of their ids, with the store's time. */
  list(query: ListQuery): Promise<{ records: ListedRecord[]; now: number }>;
  /** How many records are in each state, below a prefix. */
  stats(prefix: string): Promise<Record<RecordState, number>>;
  /** Forgets a key; false where its owner is another by now. */
  remove(id: string, owner: string): Promise<boolean>;
  /**
   * Drops results that were kept long enough, and keys that were remembered long enough. Never
   * touches what is `running` or `unknown`.
   */
  purge(request: PurgeRequest): Promise<PurgeReply>;
  /**
   * Claims, does the work and records its result in one transaction of the store's own database, on a
   * connection of the caller's. Only stores in databases with transactions have it.
   */
  transact?<Answer>(
    db: object,
    mode: TransactionMode,
    request: ClaimRequest,
    proceed: Proceed<Answer>,
  ): Promise<Answer>;
  close(): Promise<void>;
}

/** `begin`: the store begins the transaction and commits it · `join`: the caller did, and will. */
export type TransactionMode = 'begin' | 'join';

/** Decides, by the reply to the claim, what is done in the transaction, and on its connection. */
export type Proceed<Answer> = (
  reply: ClaimReply,
  tx: object,
) => TransactionStep<Answer> | Promise<TransactionStep<Answer>>;

/** What comes of the work: the record's end, if the key was claimed, and the answer. */
export interface TransactionStep<Answer> {
  readonly update?: UpdateRequest;
  readonly answer: Answer;
}
