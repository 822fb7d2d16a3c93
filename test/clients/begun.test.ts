import { describe, expect, it } from 'vitest';
import { begunBy } from '../../src/clients/begun.ts';
import { CommitUnknown } from '../../src/clients/commit-unknown.ts';

type Work = (tx: string) => Promise<void>;

const isRefused = (error: unknown) => error instanceof Error && error.message === 'refused';
const works = async (tx: string) => `done in ${tx}`;
const fails = async () => {
  throw new Error('no stock');
};

/** A library that ends its transaction so. */
const ending = (message?: string) => async (work: Work) => {
  await work('tx');
  if (message !== undefined) throw new Error(message);
};

describe('a transaction that a library begins', () => {
  it('gives what the work gives', async () => {
    expect(await begunBy(ending(), works, isRefused)).toBe('done in tx');
  });

  it('gives what the work gave in the end, where the library runs it again', async () => {
    let tries = 0;
    const again = async (work: Work) => {
      await work('first').catch(() => {});
      await work('second');
    };
    const work = async (tx: string) => {
      tries += 1;
      return tries === 1 ? fails() : tx;
    };
    expect(await begunBy(again, work, isRefused)).toBe('second');
  });

  it('is of unknown outcome after an error of the commit, unless the server refused it', async () => {
    const lost = begunBy(ending('lost'), works, isRefused);
    await expect(lost).rejects.toBeInstanceOf(CommitUnknown);
    await expect(lost).rejects.toMatchObject({ cause: { message: 'lost' } });
    await expect(begunBy(ending('refused'), works, isRefused)).rejects.toThrow('refused');
  });

  it('fails as its work does, whatever becomes of the rollback', async () => {
    const rollback = async (work: Work) => {
      await work('tx').catch(() => {
        throw new Error('lost');
      });
    };
    const silent = (work: Work) => work('tx').catch(() => {});
    for (const begin of [ending(), rollback, silent]) {
      await expect(begunBy(begin, fails, isRefused)).rejects.toThrow('no stock');
    }
  });

  it('fails as the library does where it never began', async () => {
    const begin = async () => {
      throw new Error('no connection');
    };
    const failed = begunBy(begin, works, isRefused);
    await expect(failed).rejects.toThrow('no connection');
    await expect(failed).rejects.not.toBeInstanceOf(CommitUnknown);
    const thrown = () => {
      throw new Error('no connection');
    };
    await expect(begunBy(thrown, works, isRefused)).rejects.toThrow('no connection');
  });

  it('must not be ended by its work', async () => {
    const early = async (work: Work) => {
      void work('tx');
    };
    const never = () => new Promise<never>(() => {});
    await expect(begunBy(early, never, isRefused)).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_INVALID_ARGUMENT',
    });
  });
});
