import { expect, it } from 'vitest';
import { lookedUp } from '../../../src/cli/proxy/recover.ts';

it('what a recovery URL says counts where it says so in full', () => {
  const headers = { location: '/orders/1' };
  expect(lookedUp({ happened: false })).toEqual({ happened: false });
  expect(lookedUp({ happened: true, status: 201 })).toEqual({
    happened: true,
    value: { status: 201, headers: {} },
  });
  expect(lookedUp({ happened: true, status: 201, headers, body: null })).toEqual({
    happened: true,
    value: { status: 201, headers, body: null },
  });
});

it.each([
  [undefined],
  [null],
  ['unknown'],
  [[]],
  [{}],
  [{ happened: 'false' }],
  [{ happened: 0 }],
  [{ happened: true }],
  [{ happened: true, status: '201' }],
  [{ happened: true, status: 100 }],
  [{ happened: true, status: 600 }],
  [{ happened: true, status: 200, headers: { a: 1 } }],
  [{ happened: true, status: 200, headers: [] }],
])('%j says nothing', (said) => {
  expect(lookedUp(said)).toBe('unknown');
});
