// Started by `node --test`: the suite under another runner than vitest.
import { describe, it } from 'node:test';
import { memoryStore } from '../../../src/stores/memory/index.ts';
import { describeStore } from '../../../src/testing/index.ts';

describeStore(
  { describe, it },
  {
    name: 'memory',
    open: async (clock) => memoryStore({ clock }),
    lacks: { shared: 'each has records of its own' },
  },
);
