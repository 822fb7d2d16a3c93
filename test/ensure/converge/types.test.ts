// Wrong use must not compile: tsc fails where an error that is expected here does not appear.
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type ConvergeOptions,
  type ConvergeProgress,
  type ConvergeRun,
  converge,
  type Look,
  type Lost,
  type OnFailure,
  type Outcome,
  type Report,
} from '../../../src/index.ts';

interface File {
  path: string;
}
const files: File[] = [];
const look = (): boolean => true;
const act = (): void => {};

/** Never called: only its types are checked. */
function wrongUses(): void {
  // @ts-expect-error: options are needed.
  void converge(files);
  // @ts-expect-error: act is needed, also where everything may be there.
  void converge(files, { look });
  // @ts-expect-error: look is needed: without it nothing can be skipped.
  void converge(files, { act });
  // @ts-expect-error: a number is not iterable.
  void converge(5, { look, act });
  // @ts-expect-error: a promise of items is not iterable; it must be awaited.
  void converge(Promise.resolve(files), { look, act });
  // @ts-expect-error: a look answers whether the wanted state is there, not a text.
  void converge(files, { look: () => 'there', act });
  // @ts-expect-error: undefined is no answer: a look that forgets to return must not mean absent.
  void converge(files, { look: () => undefined, act });
  // @ts-expect-error: an item that differs has a reason.
  void converge(files, { look: () => ({ differs: true }), act });
  // @ts-expect-error: the outcome is not act's to name.
  void converge(files, { look, act: () => 'created' });
  // @ts-expect-error: nor by a promise.
  void converge(files, { look, act: async () => 'created' });
  // @ts-expect-error: lost is never false.
  void converge(files, { look, act: () => ({ lost: false }) });
  // @ts-expect-error: the item is a File.
  void converge(files, { look: (file: string) => file === '', act });
  // @ts-expect-error: a policy is continue or stop.
  void converge(files, { look, act, onFailure: 'ignore' });
  // @ts-expect-error: so is a function's answer.
  void converge(files, { look, act, onFailure: () => 'ignore' });
  // @ts-expect-error: skipped is no outcome.
  void converge(files, { look, act, accept: ['skipped'] });
  // @ts-expect-error: an option that does not exist.
  void converge(files, { look, act, parallel: 4 });
  // @ts-expect-error: a controller is not its signal.
  void converge(files, { look, act, signal: new AbortController() });
  // @ts-expect-error: an option that is left out is left out, not undefined.
  void converge(files, { look, act, concurrency: undefined });
}

describe('the types of converge', () => {
  it('refuse wrong use', () => {
    expect(wrongUses).toBeTypeOf('function');
  });

  it('give look, act, name and onFailure the item of the iterable', () => {
    void converge(files, {
      look: (file, run) => {
        expectTypeOf(file).toEqualTypeOf<File>();
        expectTypeOf(run).toEqualTypeOf<ConvergeRun>();
        return true;
      },
      act: (file, run) => {
        expectTypeOf(file).toEqualTypeOf<File>();
        return run.lost;
      },
      name: (file) => file.path,
      onFailure: (error, file) => {
        expectTypeOf(error).toBeUnknown();
        expectTypeOf(file).toEqualTypeOf<File>();
        return 'stop';
      },
      onProgress: (progress) => expectTypeOf(progress).toEqualTypeOf<ConvergeProgress>(),
    });
  });

  it('take iterables and async iterables, sync and async answers', () => {
    async function* later(): AsyncGenerator<File> {}
    void converge(later(), { look: async () => false, act: async (_, { lost }) => lost });
    void converge(new Set(files), {
      look: async () => ({ outdated: 'is old' }),
      act: async () => {},
    });
    void converge(new Map<string, File>(), { look: ([path, file]) => file.path === path, act });
    expectTypeOf(converge).returns.toEqualTypeOf<Promise<Report>>();
  });

  it('are what the documentation says', () => {
    expectTypeOf<Look>().toEqualTypeOf<
      boolean | { readonly outdated: string } | { readonly differs: string }
    >();
    expectTypeOf<Lost>().toEqualTypeOf<{ readonly lost: true }>();
    expectTypeOf<OnFailure<File>>().extract<string>().toEqualTypeOf<'continue' | 'stop'>();
    expectTypeOf<ConvergeOptions<File>['accept']>().toEqualTypeOf<readonly Outcome[] | undefined>();
  });

  it('do not let a caller change the counts that it is shown', () => {
    const change = ({ counts }: ConvergeProgress): void => {
      // @ts-expect-error: they are the run's own.
      counts.created = 5;
    };
    expect(change).toBeTypeOf('function');
  });
});
