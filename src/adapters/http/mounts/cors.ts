/**
 * What a page of another origin has to be allowed, to be given to any CORS middleware: the headers that its
 * requests may carry, and those of answers that it may read.
 */
export const CORS: Readonly<{ allowedHeaders: string[]; exposedHeaders: string[] }> = {
  allowedHeaders: ['Idempotency-Key'],
  exposedHeaders: ['Idempotency-Key', 'Idempotent-Replayed', 'Retry-After', 'Link'],
};
