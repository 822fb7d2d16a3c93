/** Where the helper listens inside for what is sent by way of a proxy: see `native/relay.c`. */
export const PROXY_PORT = 47_001;

/** Its address, as the helper tells it. */
export const PROXY: string = `tcp 127.0.0.1:${PROXY_PORT}`;

/** The variables that have most programs use the proxy, and trust the certificate in that file. */
export function proxyEnv(certificate: string): Record<string, string> {
  const all = (names: readonly string[], value: string) => names.map((name) => [name, value]);
  return Object.fromEntries([
    ...all(PROXY_NAMES, `http://127.0.0.1:${PROXY_PORT}`),
    ...all(['no_proxy', 'NO_PROXY'], ''),
    ...all(TRUST_NAMES, certificate),
    ['NODE_USE_ENV_PROXY', '1'],
  ]);
}

const PROXY_NAMES = [
  'http_proxy',
  'https_proxy',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'all_proxy',
  'ALL_PROXY',
];

const TRUST_NAMES = [
  'SSL_CERT_FILE',
  'NODE_EXTRA_CA_CERTS',
  'CURL_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'AWS_CA_BUNDLE',
  'DENO_CERT',
  'npm_config_cafile',
];
