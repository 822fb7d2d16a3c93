import { describe, expect, it } from 'vitest';
import { CORPUS } from './corpus.ts';
import { figuresOf, isRight, type Judged, reaches } from './figures.ts';

const judged = (expected: Judged['expected'], got: Judged['got']): Judged => {
  return { scenario: 'twice', expected, got };
};

describe('the figures', () => {
  it('count what is unsafe and what is called so', () => {
    const figures = figuresOf([
      judged('changed again', 'settles late'),
      judged('changed again', 'nothing to do'),
      judged('refused', 'changed again'),
      judged('refused', 'refused'),
    ]);
    expect(figures).toEqual({ judged: 4, exact: 1, precision: 0.5, recall: 0.5 });
    expect(reaches(figures, 'twice')).toBe(false);
  });

  it('take no answer for a wrong one', () => {
    expect(isRight(judged('nothing to do', 'inconclusive'))).toBe(false);
    expect(figuresOf([judged('changed again', 'inconclusive')]).recall).toBe(0);
  });

  it('have at least 60 commands, each with a name of its own', () => {
    expect(CORPUS.length).toBeGreaterThan(60);
    expect(new Set(CORPUS.map(({ name }) => name)).size).toBe(CORPUS.length);
  });
});
