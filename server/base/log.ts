/** JSON logs through pino. Secrets and tokens are cut out here, once, whoever logs them. */
import { pino, type Logger } from 'pino';

export type Log = Pick<Logger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'child'>;

const SECRET_FIELDS = ['password', 'token', 'secret', 'apiKey', 'authorization', 'cookie', 'set-cookie'];
const TOKEN_IN_PATH = /(\/(?:hls|media|download|setup)\/)[^/?#\s"]+/g;
const TOKEN_IN_QUERY = /([?&](?:token|key|password)=)[^&#\s"]+/g;
/** Version 1 of a token of ours, by its first bytes and its length. */
const TOKEN_ANYWHERE = /A[Q-Za-f][A-Za-z0-9_-]{80,}/g;
/** In an address that somebody wrote oddly a token may be anywhere, and be encoded in part. An id is shorter. */
const LONG_WORD = /(?:[A-Za-z0-9_-]|%(?!2[Ff])[0-9A-Fa-f]{2}){40,}/g;

/** `/hls/<token>/v480/3.m4s` → `/hls/…/v480/3.m4s`; for what came in as the target of a request. */
export function redactUrl(url: string): string {
  return redactText(url).replace(LONG_WORD, '…');
}

/** For any text that may hold one of our URLs. */
function redactText(text: string): string {
  return text.replace(TOKEN_IN_PATH, '$1…').replace(TOKEN_IN_QUERY, '$1…').replace(TOKEN_ANYWHERE, '…');
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
    { write: (line: string) => destination.write(redactText(line)) },
  );
}

/** A log that keeps silent, for tests and tools. */
export const silentLog: Log = pino({ level: 'silent' });
