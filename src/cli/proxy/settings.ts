import type { ProblemStyle } from '../../adapters/http/engine/problems.ts';
import { type Duration, durationMs } from '../../core/duration.ts';
import type { Keep } from '../../once/options.ts';
import { ledgerUrl } from '../ledger-url.ts';
import type { ProxyFlags } from '../proxy-command.ts';
import { usage } from './usage.ts';

/** Where a server listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What the flags say, checked, with what is meant where they say nothing. */
export interface ProxySettings extends ProblemStyle {
  readonly upstream: URL;
  readonly upstreamTimeoutMs: number;
  readonly listen: Address;
  readonly admin: Address | undefined;
  /** The header that says whose keys they are, in small letters; undefined where all share them. */
  readonly scopeHeader: string | undefined;
  readonly ledger: string;
  readonly namespace: string;
  readonly keep: Keep;
  readonly wait: Duration;
  readonly lease: Duration;
  readonly methods: readonly string[];
  readonly isRequired: boolean;
  /** A URL is asked whether it happened. */
  readonly ifInterrupted: 'stop' | 'rerun' | URL;
  readonly maxRequestBody: number;
  readonly maxResponseBody: number;
  readonly headers: readonly string[];
  readonly isQuiet: boolean;
}

const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/u;
/** Timers of Node take no more. */
const MAX_TIMER_MS = 2_147_483_647;
const DEFAULT_BODY = '10485760';

/** @throws ERR_RUNTWICE_USAGE where a flag is missing or cannot be used. */
export function settingsOf(flags: ProxyFlags): ProxySettings {
  const { header = [], methods = 'POST,PATCH', upstreamTimeout = '60s' } = flags;
  const { policyUrl, dialect = 'ietf' } = flags;
  if (flags.upstream === undefined) {
    throw usage('missing the upstream', 'Say where the API is: --upstream http://127.0.0.1:3000.');
  }
  if (policyUrl !== undefined) httpUrl('policy-url', policyUrl);
  return {
    upstream: upstreamOf(flags.upstream),
    upstreamTimeoutMs: timeoutMs(upstreamTimeout as Duration),
    listen: addressOf('listen', flags.listen ?? '127.0.0.1:8787'),
    admin: flags.admin === undefined ? undefined : addressOf('admin', flags.admin),
    scopeHeader: scopeHeaderOf(flags.scope),
    ledger: ledgerUrl(flags.ledger),
    namespace: flags.namespace ?? 'proxy',
    keep: (flags.keep ?? '24h') as Keep,
    wait: (flags.wait ?? '5s') as Duration,
    lease: (flags.lease ?? '30s') as Duration,
    methods: methods.split(',').map((name) => token('methods', name).toUpperCase()),
    isRequired: flags.required ?? false,
    ifInterrupted: interruptionOf(flags),
    maxRequestBody: bytes('max-request-body', flags.maxRequestBody ?? DEFAULT_BODY),
    maxResponseBody: bytes('max-response-body', flags.maxResponseBody ?? DEFAULT_BODY),
    headers: header.map((name) => token('header', name)),
    dialect: oneOf('dialect', dialect, ['ietf', 'stripe']),
    policyUrl,
    isQuiet: flags.quiet ?? false,
  };
}

function timeoutMs(timeout: Duration): number {
  const ms = durationMs(timeout, '--upstream-timeout');
  if (ms >= 1 && ms <= MAX_TIMER_MS) return ms;
  throw usage(`--upstream-timeout cannot be ${timeout}`, 'Give 1ms to 24d.');
}

function scopeHeaderOf(scope: string | undefined): string | undefined {
  if (scope === 'public') return undefined;
  const name = /^header:(.+)$/u.exec(scope ?? '')?.[1];
  if (name !== undefined) return token('scope', name).toLowerCase();
  const what =
    scope === undefined
      ? 'nothing says whose keys they are, so that one client could get the answer of another'
      : '--scope is neither header:NAME nor public';
  throw usage(
    what,
    'Give --scope header:authorization, or another header that says who asks; --scope public only where all clients share their keys.',
  );
}

function interruptionOf({ ifInterrupted, recoverUrl }: ProxyFlags): ProxySettings['ifInterrupted'] {
  if (recoverUrl === undefined) {
    return oneOf('if-interrupted', ifInterrupted ?? 'stop', ['stop', 'rerun']);
  }
  if (ifInterrupted === undefined) return httpUrl('recover-url', recoverUrl);
  throw usage('--if-interrupted and --recover-url exclude each other', 'Give one of them.');
}

function upstreamOf(text: string): URL {
  const url = httpUrl('upstream', text);
  if (url.search === '' && url.hash === '') return url;
  throw usage('--upstream has a query or a fragment', 'Give scheme, host and port, or a path too.');
}

/** What is given is never shown: it may hold a password. */
function httpUrl(flag: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/u.test(url.protocol)) {
    throw usage(`--${flag} is no URL of http or https`, 'Give one, such as http://127.0.0.1:3000.');
  }
  if (url.username === '' && url.password === '') return url;
  throw usage(`--${flag} has a user or password in it`, 'Leave them out: they would be shown.');
}

/** `127.0.0.1:8787`, `[::1]:8787`, or the port alone, which is then taken on 127.0.0.1. */
function addressOf(flag: string, text: string): Address {
  const [, six, plain, digits] =
    /^(?:(?:\[([\da-f:.]+)\]|([^:\s]+)):)?(\d{1,5})$/iu.exec(text) ?? [];
  const port = Number(digits);
  if (digits !== undefined && port <= 65_535) return { host: six ?? plain ?? '127.0.0.1', port };
  throw usage(`--${flag} is no address: ${text}`, 'Give HOST:PORT, such as 127.0.0.1:8787.');
}

function bytes(flag: string, text: string): number {
  if (/^\d{1,15}$/u.test(text)) return Number(text);
  throw usage(`--${flag} is no number of bytes: ${text}`, 'Give a whole number: 10485760.');
}

function token(flag: string, text: string): string {
  const name = text.trim();
  if (TOKEN.test(name)) return name;
  throw usage(`--${flag} has a name that HTTP has not: ${JSON.stringify(text)}`, 'Correct it.');
}

function oneOf<const Name extends string>(
  flag: string,
  text: string,
  names: readonly Name[],
): Name {
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  throw usage(`--${flag} cannot be ${text}`, `Give ${names.join(' or ')}.`);
}
