import { describe, it } from 'vitest';
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
