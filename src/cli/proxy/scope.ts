import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { isRuntwiceError } from '../../core/errors.ts';
import type { Ledger } from '../../once/ledger.ts';
import type { ProxySettings } from './settings.ts';
import { messageOf, usage } from './usage.ts';

/** Whose keys they are, as the ledger gets it: a keyed hash of a header, or nothing. */
export type ScopeOf = 'public' | ((headers: IncomingHttpHeaders) => string);

const VARIABLE = 'RUNTWICE_SCOPE_SECRET';
const MIN_LENGTH = 32;

/** Remembers which secret the keys of a ledger were made with, as a hash of it. */
export const SECRET_CHECK = { operation: 'scope secret of the proxy', key: 'check' } as const;

/**
 * Makes what tells scopes apart. Another secret than before would make every key a new one, and what was
 * done would be done again: the ledger remembers which it was.
 * @throws ERR_RUNTWICE_USAGE where the secret is missing, too short, or another one than before.
 */
export async function scopeOf(
  { scopeHeader, ledger: url }: Pick<ProxySettings, 'scopeHeader' | 'ledger'>,
  ledger: Ledger,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ScopeOf> {
  if (scopeHeader === undefined) return 'public';
  const secret = env[VARIABLE] || secretOf(url);
  if (secret.length < MIN_LENGTH) {
    throw usage(
      `the secret that scopes are hashed with is too short: ${secret.length} characters`,
      `Give ${VARIABLE} at least ${MIN_LENGTH}, such as from: openssl rand -hex 32.`,
    );
  }
  await requireSame(ledger, createHmac('sha256', secret).update('check').digest('base64url'));
  return (headers) => {
    const value = String(headers[scopeHeader] ?? '');
    return createHmac('sha256', secret).update(`${scopeHeader}:${value}`).digest('base64url');
  };
}

async function requireSame(ledger: Ledger, input: string): Promise<void> {
  try {
    await ledger.once({ ...SECRET_CHECK, input }, () => true, {
      keep: 'forever',
      ifInterrupted: 'rerun',
    });
  } catch (error) {
    if (!isRuntwiceError(error, 'ERR_RUNTWICE_KEY_REUSED')) throw error;
    throw usage(
      'the keys of this ledger were made with another secret, so that none of them would be found',
      `Give the one of before (${VARIABLE}, or the file beside the ledger), or another --namespace to begin anew.`,
      error,
    );
  }
}

function secretOf(url: string): string {
  const [, scheme = '', path = ''] = /^([a-z]+):(?:\/\/(?=\/))?(.*)$/su.exec(url) ?? [];
  if (scheme === 'memory') return newSecret();
  if (scheme === 'sqlite') return secretInFile(`${path}-scope-secret`);
  throw usage(
    `${VARIABLE} is missing, with which the scope of each key is hashed`,
    'Every proxy of this ledger needs the same: set it to what openssl rand -hex 32 prints, once.',
  );
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Made whole under another name: two proxies that start at once get the same. */
function secretInFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw unusable(path, error);
  }
  const made = `${path}.${randomUUID()}`;
  try {
    writeFileSync(made, `${newSecret()}\n`, { mode: 0o600, flag: 'wx', flush: true });
    linkSync(made, path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw unusable(path, error);
  } finally {
    rmSync(made, { force: true });
  }
  return readFileSync(path, 'utf8').trim();
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function unusable(path: string, error: unknown): Error {
  const fix = `Make it readable, or set ${VARIABLE}.`;
  return usage(`the secret in ${path} cannot be used: ${messageOf(error)}`, fix, error);
}
