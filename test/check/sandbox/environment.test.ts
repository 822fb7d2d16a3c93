import { expect, it } from 'vitest';
import { environmentOf } from '../../../src/check/sandbox/environment.ts';

const withheld = (...names: string[]): readonly string[] => {
  const own = Object.fromEntries(names.map((name) => [name, 'value']));
  return environmentOf(own, '/root', [], {}).withheld;
};

it('variables that look like services or secrets are withheld', () => {
  const names = [
    ...['APIKEY', 'API_KEY', 'AZ_CONNECTION_STRING', 'BROKER', 'DB_PWD', 'ES_HOSTS', 'GH_PAT'],
    ...['GPG_PASSPHRASE', 'KAFKA_BROKERS', 'PGHOST', 'SSH_AUTH_SOCK'],
  ];
  expect(withheld(...names)).toEqual(names);
});

it('others are not', () => {
  expect(withheld('PWD', 'OLDPWD', 'PATH', 'LANG', 'MONKEYS', 'HOSTNAME', 'PATTERN')).toEqual([]);
});
