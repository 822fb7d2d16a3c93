/** The part of Hono's request that is used (4). */
export interface HonoRequest {
  raw: Request;
  /** The pattern of the route that is being run, where Hono tells. */
  readonly routePath?: string;
  /** The bodies that were read, by the method that read them. */
  readonly bodyCache: object;
  header(name: string): string | undefined;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** The part of Hono's context that is used (4). */
export interface HonoContext {
  readonly req: HonoRequest;
  /** What the server gives: on Node, what the request came with. */
  readonly env: unknown;
  /** What a handler threw, which `onError` answered. */
  readonly error: Error | undefined;
  readonly finalized: boolean;
  get res(): Response;
  set res(response: Response | undefined);
  body(
    data: string | Uint8Array<ArrayBuffer> | null,
    status: number,
    headers: Record<string, string>,
  ): Response;
}
