/** One time that a request is sent. */
export interface AttemptEvent {
  readonly method: string;
  /** Without its query. */
  readonly url: string;
  /** The value of the key's header, as it is sent; undefined for a request without a key. */
  readonly key: string | undefined;
  /** 1 for the first. */
  readonly attempt: number;
}

/** An attempt that came to nothing, and is followed by another. */
export interface RetryEvent extends AttemptEvent {
  /** The answer's status; undefined where none came. */
  readonly status: number | undefined;
  /** What `fetch` threw, or what was thrown where the answer broke off. */
  readonly error: unknown;
  /** How long it is until the next attempt. */
  readonly delayMs: number;
}

/** A server that says nothing of the key that it was sent. */
export interface UnconfirmedEvent {
  /** Such as `https://api.example.com`. */
  readonly origin: string;
  readonly method: string;
  /** Without its query. */
  readonly url: string;
  readonly key: string;
  readonly status: number;
}
