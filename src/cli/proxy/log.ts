import { pino } from '../../vendor/pino.ts';
import type { Exchange } from './exchange.ts';

/** Structured lines on stderr: one JSON document each. */
export interface ProxyLog {
  request(exchange: Exchange): void;
  warning(message: string): void;
}

export function openLog({ isQuiet }: { isQuiet: boolean }): ProxyLog {
  const to = pino.destination({ dest: process.stderr.fd, sync: true });
  // Nobody is there to read it.
  to.on('error', () => {});
  const timestamp = pino.stdTimeFunctions.isoTime;
  const logger = pino({ base: null, timestamp, formatters: { level: (level) => ({ level }) } }, to);
  return {
    request(exchange) {
      if (isQuiet) return;
      const { outcome } = exchange;
      const isBad = outcome === 'unknown' || outcome === 'failed';
      logger[isBad ? 'warn' : 'info'](exchange.line());
    },
    warning: (message) => logger.warn(message),
  };
}
