/** What libraries wrap the server's error in is no deeper than this. */
const MAX_DEPTH = 8;

/** The server's number for an error, also where a library wrapped it; 0 where it was none of its. */
export function mysqlErrno(error: unknown): number {
  let inner = error;
  for (let depth = 0; depth < MAX_DEPTH && typeof inner === 'object' && inner !== null; depth++) {
    if ('errno' in inner && 'sqlState' in inner) return Number(inner.errno);
    inner = 'cause' in inner ? inner.cause : undefined;
  }
  return 0;
}
