import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scopeOf } from '../../../src/cli/proxy/scope.ts';
import { createLedger } from '../../../src/once/ledger.ts';
import { memoryStore } from '../../../src/stores/memory/index.ts';
import { folder } from '../../support/cli.ts';

const newLedger = () => createLedger({ store: memoryStore(), namespace: 'test', keep: '1d' });
const SECRET = { RUNTWICE_SCOPE_SECRET: 'x'.repeat(32) };

async function hashes(
  scopeHeader: string,
  env: NodeJS.ProcessEnv,
): Promise<(of: string) => string> {
  const scope = await scopeOf({ scopeHeader, ledger: 'redis://127.0.0.1' }, newLedger(), env);
  if (scope === 'public') throw new Error('it is not');
  return (value) => scope({ [scopeHeader]: value });
}

describe('the scope of a key', () => {
  it('is public only where no header is named', async () => {
    expect(await scopeOf({ scopeHeader: undefined, ledger: 'memory:' }, newLedger(), {})).toBe(
      'public',
    );
  });

  it('is a hash that follows from value, header and secret alone', async () => {
    const hash = await hashes('x-user', SECRET);
    expect(hash('ada')).toMatch(/^[\w-]{43}$/u);
    expect(hash('ada')).toBe((await hashes('x-user', SECRET))('ada'));
    expect(hash('ada')).not.toBe(hash('bob'));
    expect(hash('ada')).not.toBe((await hashes('x-tenant', SECRET))('ada'));
    const other = { RUNTWICE_SCOPE_SECRET: 'y'.repeat(32) };
    expect(hash('ada')).not.toBe((await hashes('x-user', other))('ada'));
  });

  it('needs a secret that is given, for a ledger on a server', async () => {
    for (const ledger of ['redis://127.0.0.1', 'postgres://a@127.0.0.1/b']) {
      for (const env of [{}, { RUNTWICE_SCOPE_SECRET: '' }]) {
        const made = scopeOf({ scopeHeader: 'x-user', ledger }, newLedger(), env);
        await expect(made).rejects.toMatchObject({ code: 'ERR_RUNTWICE_USAGE' });
        await expect(made).rejects.toThrow('RUNTWICE_SCOPE_SECRET is missing');
      }
    }
  });

  it('needs the secret that the keys of the ledger were made with', async () => {
    const ledger = newLedger();
    const of = { scopeHeader: 'x-user', ledger: 'redis://127.0.0.1' };
    await scopeOf(of, ledger, SECRET);
    await scopeOf(of, ledger, SECRET);
    const other = scopeOf(of, ledger, { RUNTWICE_SCOPE_SECRET: 'y'.repeat(32) });
    await expect(other).rejects.toThrow('another secret');
  });

  it('has one secret beside a ledger in a file, whoever makes it', async () => {
    const cwd = folder();
    const path = join(cwd, 'ledger.db');
    const ledger = newLedger();
    for (const url of [`sqlite:${path}`, `sqlite://${path}`]) {
      await scopeOf({ scopeHeader: 'x-user', ledger: url }, ledger, {});
    }
    expect(existsSync(`${path}-scope-secret`)).toBe(true);
    expect(readdirSync(cwd)).toEqual(['ledger.db-scope-secret']);
  });

  it('says where the secret cannot be kept', async () => {
    const ledger = `sqlite:${join(folder(), 'absent', 'ledger.db')}`;
    const made = scopeOf({ scopeHeader: 'x-user', ledger }, newLedger(), {});
    await expect(made).rejects.toMatchObject({ code: 'ERR_RUNTWICE_USAGE' });
  });
});
