/** Something that the command sent and cannot take back: a request, a mail to somebody. */
export interface Sent {
  /**
   * What it is, the most exact name first. The later ones leave out what may be another each time;
   * things of the same last name are of one kind.
   */
  readonly names: readonly [string, ...string[]];
  /** A hash of what was in it, where that is compared. */
  readonly content?: string;
  /** What tells that it is the same again. */
  readonly mark: Mark;
}

export interface Mark {
  readonly name: 'Idempotency-Key' | 'Message-ID';
  readonly value: string | undefined;
  /** Whether who gets it heeds that: the same again is then one effect. */
  readonly isHeeded: boolean;
}
