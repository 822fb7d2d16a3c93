/**
 * The body of a response of `@hono/node-server` that nobody has touched; undefined where it cannot be told.
 *
 * Such a response is no more than its status, body and headers, until somebody asks for its body: only then a
 * real one and its stream are made, which costs more than all the rest of a request. What it will send is
 * found nowhere but in an array of these three, under a symbol that is not exported; so it is known by its
 * form. Where that is another one, as in a response of Node's own, the body is read as every other.
 */
export function untouchedBody(response: Response): string | Uint8Array | null | undefined {
  for (const symbol of Object.getOwnPropertySymbols(response)) {
    if (symbol.description !== 'cache') continue;
    const parts: unknown = Reflect.get(response, symbol);
    if (!Array.isArray(parts) || parts[0] !== response.status) return undefined;
    const body: unknown = parts[1];
    if (body === null) return null;
    // Who made it may use its buffer again.
    if (body instanceof Uint8Array) return Buffer.from(body);
    // To a text without a type, a real one would add a type.
    const isTyped = typeof body === 'string' && response.headers.has('content-type');
    return isTyped ? body : undefined;
  }
  return undefined;
}
