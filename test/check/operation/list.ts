import type { CheckReport } from '../../../src/check/index.ts';

export function answerOf({ scenarios }: CheckReport, wanted: string): string | undefined {
  return scenarios.find(({ scenario }) => scenario === wanted)?.answer;
}

interface List {
  readonly items: string[];
  readonly effects: {
    add(item: string): Promise<void>;
    has(item: string): Promise<boolean>;
  };
  readonly observe: () => unknown;
  readonly reset: () => void;
}

/** A list that an operation adds to, and whatever else a test needs. */
export function list(): List {
  const items: string[] = [];
  return {
    items,
    effects: {
      async add(item: string) {
        items.push(item);
      },
      async has(item: string) {
        return items.includes(item);
      },
    },
    observe: () => items,
    reset: () => {
      items.length = 0;
    },
  };
}
