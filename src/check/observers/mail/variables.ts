// The variables in which programs look for their mail server: they lead to that of the check.
import { ENCRYPTED_PORT, MAIL_PORTS } from './ports.ts';

/** What such a variable holds. */
type Part = 'url' | 'host' | 'port' | 'login';

const PARTS: Readonly<Record<string, Part>> = {
  URL: 'url',
  URI: 'url',
  DSN: 'url',
  HOST: 'host',
  HOSTNAME: 'host',
  SERVER: 'host',
  ADDRESS: 'host',
  PORT: 'port',
  USER: 'login',
  USERNAME: 'login',
  LOGIN: 'login',
  PASS: 'login',
  PASSWORD: 'login',
};

const KNOWN = /^(?:\w+_)?(?:SMTP|E?MAIL|MAILER)_(?:\w+_)?[A-Z]+$/u;
const SMTP_URL = /^smtps?:\/\//u;

const HOST = '127.0.0.1';
const PLAIN_PORT = 1025;
const LOGIN = 'runtwice';

/**
 * Those of the caller's own that lead to a mail server, and the named ones, with what leads to the check.
 * A port or scheme stays, as it says whether the connection is encrypted.
 */
export function mailVariables(
  own: NodeJS.ProcessEnv,
  named: readonly string[],
): Record<string, string> {
  const led: Record<string, string> = {};
  for (const [name, value = ''] of Object.entries(own)) {
    const part = PARTS[name.split('_').at(-1) ?? ''];
    if (SMTP_URL.test(value)) led[name] = leading('url', value);
    else if (KNOWN.test(name) && part !== undefined && part !== 'url')
      led[name] = leading(part, value);
  }
  for (const name of named) {
    const part = PARTS[name.toUpperCase().split('_').at(-1) ?? ''];
    led[name] = leading(part ?? 'host', own[name] ?? '');
  }
  return led;
}

function leading(part: Part, value: string): string {
  if (part === 'host') return HOST;
  if (part === 'login') return LOGIN;
  if (part === 'port') return String(portOf(value));
  const isEncrypted = value.startsWith('smtps:');
  const { port = '', username = '', search = '' } = URL.parse(value) ?? {};
  const login = username === '' ? '' : `${LOGIN}:${LOGIN}@`;
  const own = port === '' && isEncrypted ? ENCRYPTED_PORT : portOf(port);
  return `smtp${isEncrypted ? 's' : ''}://${login}${HOST}:${own}${search}`;
}

function portOf(text: string): number {
  return MAIL_PORTS.find((port) => port === Number(text)) ?? PLAIN_PORT;
}
