import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../src/check/sandbox/effects.ts';
import { pointsOf } from '../../../src/check/scenarios/points.ts';

const effect = (name: string, path: string): Effect => ({ name, path, other: '' });

describe('the moments to kill at', () => {
  it('are first those in the folder', () => {
    const effects = [
      effect('create', '/cache/a'),
      effect('rename', '/cache/b'),
      effect('create', '/app/package.json'),
      effect('write', '/app/package.json'),
    ];
    const points = pointsOf(effects, '/app').map(({ number, when }) => `${when} ${number}`);
    expect(points).toEqual(['after 4', 'before 4', 'before 3', 'before 1', 'before 2']);
  });
});
