import { once } from 'node:events';
import { EXIT } from '../../core/exit-code.ts';
import { withoutPassword } from '../../core/url.ts';
import type { Ledger } from '../../once/ledger.ts';
import { openLedger } from '../../open.ts';
import { note } from '../output.ts';
import type { ProxyFlags } from '../proxy-command.ts';
import { Interruption } from '../signals.ts';
import { withConfig } from './config.ts';
import { listen } from './listen.ts';
import { openLog, type ProxyLog } from './log.ts';
import { ReverseProxy } from './proxy.ts';
import { SECRET_CHECK, scopeOf } from './scope.ts';
import { type ProxySettings, settingsOf } from './settings.ts';

const DRAIN_MS = 10_000;
const READY_WITHIN_MS = 5000;

/** Runs `runtwice proxy` until it is told to stop, and returns its exit code. */
export async function runProxy(flags: ProxyFlags): Promise<number> {
  const settings = settingsOf(withConfig(flags));
  const { namespace, keep, lease, wait, ledger: url } = settings;
  const log = openLog(settings);
  const ledger = await openLedger(url, {
    ...{ namespace, keep, lease, wait },
    onEvent: (event) => {
      if (event.type === 'warning') log.warning(event.message);
    },
  });
  try {
    return await serve(settings, ledger, log);
  } finally {
    await ledger.close();
  }
}

async function serve(settings: ProxySettings, ledger: Ledger, log: ProxyLog): Promise<number> {
  const scope = await scopeOf(settings, ledger);
  const interruption = new Interruption();
  const { signal } = interruption;
  const admin = await openAdmin(settings, async () => !signal.aborted && (await answers(ledger)));
  const proxy = new ReverseProxy(settings, ledger, scope, {
    began: () => admin?.metrics.began(),
    ended: (exchange) => {
      admin?.metrics.ended(exchange);
      log.request(exchange);
    },
  });
  try {
    const at = await listen(proxy.server, settings.listen);
    note(`runtwice proxy: ${at} → ${describe(settings)}${admin?.says ?? ''}`);
    if (!signal.aborted) await once(signal, 'abort');
    await proxy.stop(DRAIN_MS);
    return interruption.exitCode ?? EXIT.ok;
  } finally {
    interruption.end();
    admin?.server.close();
    admin?.server.closeAllConnections();
  }
}

function describe({ upstream, ledger }: ProxySettings): string {
  return `${upstream.href.replace(/\/$/u, '')}, ledger ${withoutPassword(ledger)}`;
}

async function openAdmin({ admin }: ProxySettings, isReady: () => Promise<boolean>) {
  if (admin === undefined) return undefined;
  const [{ adminServer }, { Metrics }] = await Promise.all([
    import('./admin.ts'),
    import('./metrics.ts'),
  ]);
  const metrics = new Metrics();
  const server = adminServer(metrics, isReady);
  return { metrics, server, says: `, health and metrics on ${await listen(server, admin)}` };
}

/** Whether the store can be read. */
async function answers(ledger: Ledger): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(late.resolve, READY_WITHIN_MS, false);
  const read = ledger.admin.get(SECRET_CHECK).then(
    () => true,
    () => false,
  );
  const isThere = await Promise.race([read, late.promise]);
  clearTimeout(timer);
  return isThere;
}
