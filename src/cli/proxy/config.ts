import { readFileSync } from 'node:fs';
import type { ProxyFlags } from '../proxy-command.ts';
import { messageOf, usage } from './usage.ts';

type Option = Exclude<keyof ProxyFlags, 'config'>;
type Kind = 'text' | 'duration' | 'bytes' | 'list' | 'names' | 'switch';

/** The options that a file may hold, and what each is there. */
const KINDS: Readonly<Record<Option, Kind>> = {
  upstream: 'text',
  scope: 'text',
  listen: 'text',
  ledger: 'text',
  namespace: 'text',
  keep: 'duration',
  wait: 'duration',
  lease: 'duration',
  methods: 'names',
  required: 'switch',
  ifInterrupted: 'text',
  recoverUrl: 'text',
  upstreamTimeout: 'duration',
  maxRequestBody: 'bytes',
  maxResponseBody: 'bytes',
  header: 'list',
  dialect: 'text',
  policyUrl: 'text',
  admin: 'text',
  quiet: 'switch',
};

const WANTED: Readonly<Record<Kind, string>> = {
  text: 'a text',
  duration: "a duration, such as '30s', or milliseconds",
  bytes: 'a number of bytes',
  list: 'a list of texts',
  names: 'a list of texts',
  switch: 'true or false',
};

/** The flags, and below them what the file says that they name. */
export function withConfig(flags: ProxyFlags): ProxyFlags {
  if (flags.config === undefined) return flags;
  return { ...readConfig(flags.config), ...flags };
}

function readConfig(file: string): ProxyFlags {
  const found: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(parse(file))) {
    const kind = isOption(name) ? KINDS[name] : undefined;
    if (kind === undefined) {
      const known = Object.keys(KINDS).join(', ');
      throw usage(`${file} has an option that there is not: ${name}`, `There are: ${known}.`);
    }
    const read = readAs(kind, value);
    if (read === undefined) {
      throw usage(`${file}: ${name} is not what it has to be`, `Give ${WANTED[kind]}.`);
    }
    if (read !== false) found[name] = read;
  }
  return found;
}

function isOption(name: string): name is Option {
  return Object.hasOwn(KINDS, name);
}

function parse(file: string): object {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch (error) {
    throw usage(`${file} cannot be read: ${messageOf(error)}`, 'Give a file with JSON.', error);
  }
  throw usage(`${file} holds no JSON object`, 'Give one: { "upstream": "http://…", … }.');
}

/** As the command line has it; undefined where it is of another kind. */
function readAs(kind: Kind, value: unknown): unknown {
  if (kind === 'switch') return typeof value === 'boolean' ? value : undefined;
  if (kind === 'duration' && typeof value === 'number') return `${value}ms`;
  if (kind === 'bytes') return typeof value === 'number' ? String(value) : undefined;
  if (kind === 'list' || kind === 'names') {
    if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) return undefined;
    return kind === 'list' ? value : value.join();
  }
  return typeof value === 'string' ? value : undefined;
}
