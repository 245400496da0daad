import { pino } from 'pino';
import type { LogLevel } from './settings.ts';

/** Writes one event; `level` is `error`, `warn`, `info` or `debug`. No personal data is ever in it. */
export type Log = (line: Readonly<Record<string, unknown>>) => void;

/** One JSON line an event on stderr, so that stdout stays for people. */
export function createLog(service: string, level: LogLevel): Log {
  const logger = pino({ level, base: { service } }, pino.destination({ dest: 2, sync: true }));
  return ({ level: of = 'info', ...line }) => {
    if (of === 'error' || of === 'warn' || of === 'debug') logger[of](line);
    else logger.info(line);
  };
}
