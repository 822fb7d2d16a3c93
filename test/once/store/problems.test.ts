import { expect, it } from 'vitest';
import { messageOf } from '../../../src/once/store/problems.ts';

it('puts what an error says into a sentence, without its full stop', () => {
  expect(messageOf(new Error('LOADING Redis is loading the dataset in memory.'))).toBe(
    'LOADING Redis is loading the dataset in memory',
  );
  expect(messageOf('refused')).toBe('refused');
});

it('says what each of several addresses said', () => {
  const both = new AggregateError([new Error('no route'), new Error('refused.')]);
  expect(messageOf(both)).toBe('no route; refused');
});
