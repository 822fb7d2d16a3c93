import { describe, expect, it } from 'vitest';
import { TUNED, UNSEEN } from './corpus.ts';
import { figuresOf, isRight, isUnsafe, type Judged, reaches, tableOf } from './figures.ts';

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

  it('have a line for each scenario that was judged, and a goal that all have to reach', () => {
    const right = judged('changed again', 'changed again');
    expect(tableOf([right])).toEqual({
      lines: ['twice        precision 1.000, recall 1.000 (goal 0.97), 1 of 1 answers exact'],
      isReached: true,
    });
    const missed: Judged = { scenario: 'interrupted', expected: 'stuck', got: 'recovers' };
    expect(tableOf([right, missed])).toMatchObject({ isReached: false });
    expect(tableOf([])).toEqual({ lines: [], isReached: false });
  });

  it('have at least 60 commands of each group, each with a name of its own', () => {
    expect(TUNED.length).toBeGreaterThan(60);
    expect(UNSEEN.length).toBeGreaterThan(60);
    const all = [...TUNED, ...UNSEEN];
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  });

  it('have of the unseen a good part of each kind', () => {
    const kinds = UNSEEN.map((one) => `${isUnsafe(one.twice)} ${isUnsafe(one.interrupted)}`);
    for (const kind of ['false false', 'false true', 'true true']) {
      expect(kinds.filter((one) => one === kind).length).toBeGreaterThan(UNSEEN.length / 5);
    }
  });
});
