import type { FoundAnswer, HttpInterruption } from '../../adapters/http/engine/options.ts';
import type { LookedUp } from '../../once/interruption.ts';
import type { ScopeOf } from './scope.ts';
import type { ProxySettings } from './settings.ts';

/** Asks a URL whether an attempt that ended without saying how had its effect; see docs/proxy.md. */
export function recoverBy(
  url: URL,
  scope: ScopeOf,
  { scopeHeader = '', upstreamTimeoutMs }: ProxySettings,
): HttpInterruption {
  return async (request, { key, number: attempt }) => {
    const { method, path, query } = request;
    const value = request.header(scopeHeader);
    const scopeHash = scope === 'public' ? '' : scope({ [scopeHeader]: value });
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ method, path, query, key, scopeHash, attempt }),
      redirect: 'error',
      signal: AbortSignal.timeout(upstreamTimeoutMs),
    });
    return response.ok ? lookedUp(await response.json()) : 'unknown';
  };
}

/** Only what says so in full counts. */
export function lookedUp(said: unknown): LookedUp<FoundAnswer> {
  if (!isObject(said)) return 'unknown';
  const { happened, status, headers = {}, body } = said;
  if (happened === false) return { happened };
  if (happened !== true || !isStatus(status) || !isHeaders(headers)) return 'unknown';
  return { happened, value: { status, headers, ...(body !== undefined && { body }) } };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStatus(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 599;
}

function isHeaders(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every((one) => typeof one === 'string');
}
