import type { IncomingMessage } from 'node:http';
import type { Content, NeutralRequest } from '../../engine/types.ts';

/** A request of node:http in the neutral shape. */
export class NodeRequest implements NeutralRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly route: string | undefined;
  readonly content: () => Content;
  readonly #message: IncomingMessage;

  /** `url` is the path as the client sent it, whatever routers made of it. */
  constructor(
    message: IncomingMessage,
    url: string,
    content: () => Content,
    route: string | undefined,
  ) {
    const at = url.indexOf('?');
    this.method = message.method ?? 'GET';
    this.path = at < 0 ? url : url.slice(0, at);
    this.query = at < 0 ? '' : url.slice(at + 1);
    this.route = route;
    this.content = content;
    this.#message = message;
  }

  header(name: string): string | undefined {
    const value = this.#message.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }
}
