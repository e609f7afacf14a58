/** One debug line per request when somebody looks for it; nothing is measured otherwise. Tokens never show. */
import type { RequestListener } from 'node:http';
import { performance } from 'node:perf_hooks';
import { redactUrl, type Log } from '../base/log.js';

const SHOWN_LEVELS = new Set(['trace', 'debug']);

export function withAccessLog(
  listener: RequestListener,
  { log, logLevel }: { log: Log; logLevel: string },
): RequestListener {
  if (!SHOWN_LEVELS.has(logLevel)) return listener;
  return (req, res) => {
    const started = performance.now();
    const { method, url = '' } = req;
    res.once('close', () => {
      const ms = Math.round((performance.now() - started) * 10) / 10;
      const sent = res.writableFinished;
      log.debug({ method, url: redactUrl(url), status: res.statusCode, ms, sent }, 'request was answered');
    });
    listener(req, res);
  };
}
