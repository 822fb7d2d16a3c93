/** What libraries wrap the server's error in is no deeper than this. */
const MAX_DEPTH = 8;

/**
 * PostgreSQL's code for an error, whichever client or library brought it; '' where it is none of its.
 * Drizzle has the driver's error as `cause`; Prisma has it in `meta`, or as `cause`, under another name.
 */
export function sqlState(error: unknown): string {
  let inner = error;
  for (let depth = 0; depth < MAX_DEPTH && typeof inner === 'object' && inner !== null; depth++) {
    const { code, originalCode, cause, meta } = inner as Wrapping;
    for (const said of [code, originalCode]) if (isSqlState(said)) return said;
    inner = cause ?? meta?.driverAdapterError;
  }
  return '';
}

interface Wrapping {
  readonly code?: unknown;
  readonly originalCode?: unknown;
  readonly cause?: unknown;
  readonly meta?: { readonly driverAdapterError?: unknown } | null;
}

/** Not one of Node's, such as EPIPE, and not one of Prisma's, such as P2010. */
function isSqlState(code: unknown): code is string {
  return typeof code === 'string' && /^(?!E[A-Z]|P[1-9])[0-9A-Z]{5}$/.test(code);
}
