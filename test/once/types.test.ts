// Wrong use does not compile: `npm run typecheck` fails where one of these lines does.
import { describe, expectTypeOf, it } from 'vitest';
import {
  type Attempt,
  createLedger,
  type Done,
  type Ledger,
  memoryStore,
  type Settled,
} from '../../src/index.ts';

const store = memoryStore();
const ledger: Ledger = createLedger({ store, namespace: 'test', keep: '1d' });

/** Compiled, and never run. */
function compiled(_use: () => void): void {}

describe('the types', () => {
  it('give the function’s input and value to the caller', () => {
    const charge = ledger.operation('charge', async (order: { cents: number }, attempt) => {
      expectTypeOf(attempt).toEqualTypeOf<Attempt>();
      return `paid ${order.cents}`;
    });
    expectTypeOf(charge).parameter(0).toEqualTypeOf<{ cents: number }>();
    expectTypeOf(charge).returns.resolves.toEqualTypeOf<string>();
    expectTypeOf(charge.run).returns.resolves.toEqualTypeOf<Done<string>>();
    expectTypeOf(charge.settle).returns.resolves.toEqualTypeOf<Settled<string>>();
  });

  it('refuse a ledger that does not say how long it keeps', () => {
    compiled(() => {
      // @ts-expect-error keep has no default
      createLedger({ store, namespace: 'test' });
      // @ts-expect-error no such unit
      createLedger({ store, namespace: 'test', keep: '1 day' });
      // @ts-expect-error a namespace is needed
      createLedger({ store, keep: 'forever' });
    });
  });

  it('refuse a call without a key, or with the input of another operation', () => {
    const charge = ledger.operation('charge', async (cents: number) => cents);
    compiled(() => {
      // @ts-expect-error there is no key
      charge(5);
      // @ts-expect-error there is no key
      charge(5, {});
      // @ts-expect-error the input is a number
      charge('5', { key: 'k' });
      // @ts-expect-error once needs an input, if only null
      ledger.once({ operation: 'nightly', key: 'k' }, () => 1);
    });
  });

  it('refuse a look that gives something else than the function', () => {
    compiled(() => {
      ledger.operation('charge', async (cents: number) => `paid ${cents}`, {
        // @ts-expect-error the value is a text
        ifInterrupted: () => ({ happened: true, value: 5 }),
      });
      ledger.operation('charge', async (cents: number) => `paid ${cents}`, {
        // @ts-expect-error there is no such policy
        ifInterrupted: 'retry',
      });
    });
  });

  it('make the caller look before it takes a value', () => {
    compiled(async () => {
      const settled = await ledger.operation('charge', async () => 5).settle(null, { key: 'k' });
      // @ts-expect-error it may have none
      settled.value;
      if (settled.outcome === 'created' || settled.outcome === 'replayed') settled.value.toFixed();
    });
  });
});
