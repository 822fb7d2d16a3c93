// What the rest of the package asks of a database client, whichever it is.

/** A statement with places for values. Its name belongs to its text: a server may prepare it under that. */
export interface SqlStatement {
  readonly name: string;
  readonly text: string;
}

export type SqlValue = string | number | boolean | null | Uint8Array;

/** A row's values in order, each as the server's text: no client's own parsers come between. */
export type SqlRow = readonly (string | null)[];

export interface SqlClient {
  /** Sends one statement and gives its rows: one round trip, once the connection has it prepared. */
  query(statement: SqlStatement, values: SqlValue[]): Promise<readonly SqlRow[]>;
  /** Sends several statements without values in one message: together they are one transaction. */
  run(text: string): Promise<void>;
}

/** A statement that is named after its text, so that no two texts have one name on a connection. */
export function statement(kind: string, text: string): SqlStatement {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return { name: `runtwice_${kind}_${(hash >>> 0).toString(36)}`, text };
}
