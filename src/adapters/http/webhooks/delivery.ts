/** Headers as any framework has them: a fetch `Headers`, or a record as of `node:http`. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** What came, exactly as it was sent. */
export interface RawDelivery {
  headers: WebhookHeaders;
  /** The bytes of the body, untouched: a signature is of these, not of what a parser made of them. */
  body: Uint8Array;
}

/** What a verifier looks at. */
export interface Delivery {
  readonly body: Uint8Array;
  /** The value of a header, whatever the case of its name; lines of one name are joined by commas. */
  header(name: string): string | undefined;
}

export function deliveryOf({ headers, body }: RawDelivery): Delivery {
  return { body, header: lookUp(headers) };
}

function lookUp(headers: WebhookHeaders): Delivery['header'] {
  if (hasGet(headers)) return (name) => headers.get(name) ?? undefined;
  const values = new Map(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      typeof value === 'object' ? value.join(', ') : value,
    ]),
  );
  return (name) => values.get(name.toLowerCase());
}

function hasGet(headers: WebhookHeaders): headers is { get(name: string): string | null } {
  return typeof headers['get'] === 'function';
}

/**
 * The whole body; of one that is larger than that, enough to see it. It is read to its end all the same:
 * what is left unread holds the connection up, and the sender loses the answer.
 */
export async function readBody(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array> {
  const read: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    if (size > maxBytes) continue;
    read.push(chunk);
    size += chunk.length;
  }
  return Buffer.concat(read);
}
