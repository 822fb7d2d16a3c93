/** Server-sent events have no end at which they could be recorded. */
export function isEventStream(contentType: unknown): boolean {
  return typeof contentType === 'string' && /^text\/event-stream\b/iu.test(contentType);
}
