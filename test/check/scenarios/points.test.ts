import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../src/check/sandbox/effects.ts';
import { momentsOf } from '../../../src/check/scenarios/points.ts';

const effect = (name: string, path: string): Effect => ({ name, path, other: '' });

describe('the moments to kill at', () => {
  it('are first those in the folder', () => {
    const effects = [
      effect('create', '/cache/a'),
      effect('rename', '/cache/b'),
      effect('create', '/app/package.json'),
      effect('write', '/app/package.json'),
    ];
    const points = momentsOf(effects, '/app').map(
      ({ effect, when }) => `${when} ${effects.indexOf(effect) + 1}`,
    );
    expect(points).toEqual(['after 4', 'before 4', 'before 3', 'before 1', 'before 2']);
  });
});
