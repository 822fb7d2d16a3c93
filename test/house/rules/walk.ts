/** A node of a syntax tree, as far as the rules need to know it. */
export interface Node {
  type: string;
  [key: string]: unknown;
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

/** Visits a node and all below it; `visit` returns whether to go on below. */
export function walk(value: unknown, visit: (node: Node) => boolean): void {
  if (Array.isArray(value)) {
    for (const one of value) walk(one, visit);
  } else if (isNode(value)) {
    if (!visit(value)) return;
    for (const child of Object.values(value)) walk(child, visit);
  }
}
