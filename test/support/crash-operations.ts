import type { Attempt } from '../../src/once/attempt.ts';
import type { Ledger } from '../../src/once/ledger.ts';
import type { Operation } from '../../src/once/operation.ts';

/** `stop` and `rerun` are what an interrupted one does; `steps` has three, the last of which stops. */
export type Kind = 'stop' | 'rerun' | 'steps';

export const KINDS: readonly Kind[] = ['stop', 'rerun', 'steps'];

/** The same operation in each process; its effects are lines in a file. */
export function define(
  ledger: Ledger,
  kind: Kind,
  effect: (name: string) => void,
): Operation<number, string> {
  const whole = async (_input: number, attempt: Attempt) => {
    await attempt.assertOwned();
    effect('whole');
    return 'made';
  };
  const inSteps = async (_input: number, attempt: Attempt) => {
    for (const name of ['one', 'two']) {
      await attempt.step(name, () => effect(name), { ifInterrupted: 'rerun' });
    }
    await attempt.step('three', () => effect('three'));
    return 'made';
  };
  if (kind === 'steps') return ledger.operation('steps', inSteps, { steps: true });
  return ledger.operation(kind, whole, { ifInterrupted: kind });
}
