/** JSON logs through pino. Secrets and tokens are cut out here, once, whoever logs them. */
import { pino, type Logger } from 'pino';

export type Log = Pick<Logger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'child'>;

const SECRET_FIELDS = ['password', 'token', 'secret', 'apiKey', 'authorization', 'cookie', 'set-cookie'];
const TOKEN_IN_PATH = /(\/(?:hls|media|download|setup)\/)[^/?#\s"]+/g;
const TOKEN_IN_QUERY = /([?&](?:token|key|password)=)[^&#\s"]+/g;

/** `/hls/<token>/v480/3.m4s` → `/hls/…/v480/3.m4s`; for any text that may hold one of our URLs. */
export function redactUrl(text: string): string {
  return text.replace(TOKEN_IN_PATH, '$1…').replace(TOKEN_IN_QUERY, '$1…');
}

export function createLog(
  level: string,
  destination: { write(line: string): unknown } = process.stdout,
): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: SECRET_FIELDS.flatMap((field) => [`["${field}"]`, `*["${field}"]`, `*.headers["${field}"]`]),
        censor: '…',
      },
      serializers: { err: pino.stdSerializers.err },
    },
    // The last guard: a token that reached a message or a URL field by another road.
    { write: (line: string) => destination.write(redactUrl(line)) },
  );
}

/** A log that keeps silent, for tests and tools. */
export const silentLog: Log = pino({ level: 'silent' });
