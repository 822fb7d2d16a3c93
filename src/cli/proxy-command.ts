import { Command } from '../vendor/commander.ts';
import type { SetExit } from './program.ts';

const AFTER = `
Requests of the guarded methods with an Idempotency-Key are sent to the upstream once: who comes
again with the key gets the first answer. All others are passed through as they come.

Whose keys they are has to be said, or one client could get the answer of another: --scope
header:NAME (of which the ledger gets a keyed hash only), or --scope public where all share them.
The hash needs a secret: RUNTWICE_SCOPE_SECRET, of 32 characters or more, the same on every proxy
of a ledger; for a ledger in SQLite one is made, in a file beside it.

A request that may have reached the upstream and got no whole answer, or 502 or 504, is unknown: it
is not sent again until somebody says whether it happened (runtwice ledger --namespace proxy),
unless --if-interrupted rerun, or --recover-url says. Where no connection was made, the key is free.

Host is passed on as it came (to an https upstream: the upstream's own); X-Forwarded-For is added
to, X-Forwarded-Proto and -Host are set where they are absent. Upgrades are refused (501).

Run twice: a second proxy on the same ledger shares its keys; a second one on the same port says
that it is taken, and exits 1. A proxy that was killed is started again: what it was sending then
is unknown.

Examples:
  runtwice proxy --upstream http://127.0.0.1:3000 --scope header:authorization
  runtwice proxy --upstream http://127.0.0.1:3000 --scope public --ledger redis://127.0.0.1
  runtwice proxy --config proxy.json --admin 127.0.0.1:9090

Exit codes: 0 is not one of them: it runs until it is told to stop; 1 it could not run, 2 usage,
130 or 143 interrupted: it lets requests end for 10 s first.`;

/** `runtwice proxy`: its flags and help. The work is loaded when it runs. */
export function proxyCommand(_after: readonly string[] | undefined, setExit: SetExit): Command {
  return new Command('proxy')
    .helpGroup('Once:')
    .summary('give an HTTP API idempotency keys')
    .description('Stands before an HTTP API in any language, and gives it idempotency keys.')
    .option('--upstream <url>', 'the API: http://HOST:PORT, or https://…, with a path before all')
    .option('--scope <whose>', 'whose keys they are: header:NAME, or public')
    .option('--listen <address>', 'where requests are taken (default: 127.0.0.1:8787)')
    .option('--ledger <url>', 'where keys and answers are kept (RUNTWICE_LEDGER)')
    .option('--namespace <name>', 'keys of different namespaces never meet (default: proxy)')
    .option('--keep <duration>', 'how long an answer is replayed (default: 24h)')
    .option('--wait <duration>', 'how long to wait for another request with the key (default: 5s)')
    .option(
      '--lease <duration>',
      'how long a proxy is believed alive without a sign (default: 30s)',
    )
    .option('--methods <list>', 'methods that are guarded (default: POST,PATCH)')
    .option('--required', 'refuse requests of these without a key (400)')
    .option('--if-interrupted <policy>', 'where the outcome is unknown: stop (default), or rerun')
    .option(
      '--recover-url <url>',
      'where it is unknown, ask there whether it happened (POST, JSON)',
    )
    .option('--upstream-timeout <duration>', 'how long the upstream may be silent (default: 60s)')
    .option('--max-request-body <bytes>', 'larger ones with a key get 413 (default: 10 MiB)')
    .option('--max-response-body <bytes>', 'larger answers are not kept (default: 10 MiB)')
    .option('--header <name>', 'also replay this header of answers (may be repeated)', collect)
    .option('--dialect <name>', 'how problems are told: ietf (default), or stripe')
    .option('--policy-url <url>', 'a page about your policy for keys, named in problems')
    .option('--admin <address>', 'serve /healthz, /readyz and /metrics there')
    .option('--quiet', 'no line of log for each request')
    .option('--config <file>', 'JSON with these options (maxRequestBody, …); flags win over it')
    .addHelpText('after', AFTER)
    .action(async (flags: ProxyFlags) => {
      const { runProxy } = await import('./proxy/run.ts');
      setExit(await runProxy(flags));
    });
}

/** What the parser makes of the command line, and what a config file holds. */
export interface ProxyFlags {
  upstream?: string;
  scope?: string;
  listen?: string;
  ledger?: string;
  namespace?: string;
  keep?: string;
  wait?: string;
  lease?: string;
  methods?: string;
  required?: true;
  ifInterrupted?: string;
  recoverUrl?: string;
  upstreamTimeout?: string;
  maxRequestBody?: string;
  maxResponseBody?: string;
  header?: string[];
  dialect?: string;
  policyUrl?: string;
  admin?: string;
  quiet?: true;
  config?: string;
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
