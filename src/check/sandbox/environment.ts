/** What a command gets to see of the variables, and which ones it does not. */
export interface Environment {
  readonly env: Readonly<Record<string, string>>;
  /** Names that look like services or secrets. */
  readonly withheld: readonly string[];
  /** Names whose value is another one, which leads to a server of the check. */
  readonly led: readonly string[];
}

const SECRETS =
  /(?:^|_)(?:URL|URI|DSN|HOSTS?|BROKERS?|CONNECTION_STRING|TOKEN|PAT|(?:API)?KEY|SECRET|PASSWORD|PASS|PASSWD|PASSPHRASE|CREDENTIALS?|AUTH|SOCK|SOCKET)$|_PWD$/iu;
const SERVICES =
  /^(?:PG|MYSQL|MARIADB|REDIS|MONGO|AWS_|AZURE_|GOOGLE_|GCP_|STRIPE_|DATABASE|DOCKER_|KUBE|SMTP|MAIL|DBUS_|XDG_RUNTIME)/iu;

/**
 * The variables for a command that is run again and again and killed: it must not reach a real database
 * or account. `allowed` are passed on whatever they look like, and `led` in the place of what they are.
 */
export function environmentOf(
  own: NodeJS.ProcessEnv,
  home: string,
  allowed: readonly string[],
  led: Readonly<Record<string, string>>,
): Environment {
  const env: Record<string, string> = {};
  const withheld: string[] = [];
  for (const [name, value] of Object.entries(own)) {
    if (value === undefined || led[name] !== undefined) continue;
    const isDangerous = SECRETS.test(name) || SERVICES.test(name);
    if (isDangerous && !allowed.includes(name)) withheld.push(name);
    else env[name] = value;
  }
  return {
    env: { ...env, ...led, HOME: home, TMPDIR: '/tmp' },
    withheld: withheld.sort(),
    led: Object.keys(led).sort(),
  };
}
