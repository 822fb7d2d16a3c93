import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InOrder } from '../../../src/ensure/converge/in-order.ts';

/** What is passed on when as many items begin as there are places, and end in that order. */
function passed(places: readonly number[]): [string, number][] {
  const seen: [string, number][] = [];
  const order = new InOrder<string, number>((item, result) => seen.push([item, result]));
  for (const _ of places) order.begin();
  for (const place of places) order.end(place, `item ${place}`, place);
  return seen;
}

function watched() {
  const seen: string[] = [];
  return { seen, order: new InOrder<string, number>((item) => seen.push(item)) };
}

describe('InOrder', () => {
  it('passes results on in the order in which the items began, however they end', () => {
    const orders = fc
      .nat(50)
      .chain((count) => fc.shuffledSubarray([...Array(count).keys()], { minLength: count }));
    fc.assert(
      fc.property(orders, (places) => {
        expect(passed(places)).toEqual(places.map((_, index) => [`item ${index}`, index]));
      }),
    );
  });

  it('passes a result on at once when nothing before it is open', () => {
    const { seen, order } = watched();
    order.end(order.begin(), 'a', 1);
    expect(seen).toEqual(['a']);
  });

  it('holds back what ended early, and only as long as it must', () => {
    const { seen, order } = watched();
    const [a, b, c] = [order.begin(), order.begin(), order.begin()];
    order.end(b, 'b', 2);
    expect(seen).toEqual([]);
    order.end(a, 'a', 1);
    expect(seen).toEqual(['a', 'b']);
    order.end(c, 'c', 3);
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('counts as open what was not passed on yet', () => {
    const { order } = watched();
    const [a, b] = [order.begin(), order.begin()];
    expect(order.open).toBe(2);
    order.end(b, 'b', 2);
    expect(order.open).toBe(2);
    order.end(a, 'a', 1);
    expect(order.open).toBe(0);
  });
});
