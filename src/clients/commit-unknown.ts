/** The connection was lost before it said whether the transaction was committed. */
export class CommitUnknown extends Error {
  constructor(cause: unknown) {
    super('the connection was lost while the transaction was committed', { cause });
  }
}
