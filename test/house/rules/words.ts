import type { SourceFile } from './source.ts';

// Each is written in two parts, so that this file does not break its own rule.
const PLACES = ['/wo' + 'rk/', '/tmp/' + 'lab', '/ro' + 'ot/', '/ho' + 'me/'];

/** Where a path of one machine or the address of one registry is named. */
export function bannedWords(files: SourceFile[], registry: string | undefined): string[] {
  const host = registryHost(registry);
  return files.flatMap((file) =>
    file.text.split('\n').flatMap((line, index) => {
      const word = wordIn(line, host);
      return word === undefined ? [] : [`${file.path}:${index + 1} names ${word}`];
    }),
  );
}

function wordIn(line: string, host: string | undefined): string | undefined {
  if (host !== undefined && line.includes(host)) return 'the registry in use here';
  if (/^\s*"resolved": "https?:/.test(line)) return 'a registry, in "resolved"';
  if (/^\s*(@\w+:)?registry\s*=/.test(line)) return 'a registry, in a setting';
  return PLACES.find((place) => new RegExp(`(^|[^\\w.~}/-])${place}`).test(line));
}

/** The public registry's own name may appear; the name of a private one says where we work. */
function registryHost(registry: string | undefined): string | undefined {
  if (registry === undefined || !URL.canParse(registry)) return undefined;
  const { host } = new URL(registry);
  return host === '' || host === 'registry.npmjs.org' ? undefined : host;
}
