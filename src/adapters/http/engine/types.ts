// The neutral shape that every mount turns its framework's requests and answers into.
import type { Outcome } from '../../../core/outcome.ts';

/** What a request asks for, as its mount could see it. */
export type Content =
  /** The hash of its bytes as they came, and the bytes. */
  | {
      readonly kind: 'raw';
      readonly hash: string;
      bytes(): Uint8Array | Promise<Uint8Array>;
    }
  /** What a parser made of it: plain JSON, or bytes. */
  | { readonly kind: 'parsed'; readonly value: unknown };

/** A request, whatever framework it came by. */
export interface NeutralRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Without the question mark; empty where there is none. */
  readonly query: string;
  /** The pattern that the path matched, such as `/orders/:id`, where the framework tells. */
  readonly route: string | undefined;
  /** Its value; lines of one name joined by commas. */
  header(name: string): string | undefined;
  /** Asked for only where the request carries a key. */
  content(): Content;
}

/** One header of an answer: its name in small letters, and its value, or one for each line. */
export type AnswerHeader = readonly [name: string, value: string | readonly string[]];

/** A whole answer. */
export interface Answer {
  readonly status: number;
  readonly headers: readonly AnswerHeader[];
  /** A text is sent as UTF-8. Node sends it together with the head, which bytes are not. */
  readonly body: string | Uint8Array;
}

/** What became of a request that was handled. */
export interface Captured {
  readonly status: number;
  readonly headers: readonly AnswerHeader[];
  /** Undefined where it is larger than what is kept. */
  readonly body: Uint8Array | undefined;
  /** What the handler threw, where the mount can tell. */
  readonly thrown?: { readonly error: unknown } | undefined;
}

/** What the mount has to do now. */
export type Handled =
  /** The request has no key, or is of a method that needs none: handle it as if nothing were there. */
  | { readonly kind: 'pass' }
  /** This request was handled here, and how it ended is recorded: send what was captured. */
  | { readonly kind: 'own'; readonly outcome: Outcome }
  /** Send this instead of handling the request, or of what was captured. */
  | { readonly kind: 'answer'; readonly answer: Answer; readonly outcome: Outcome };
