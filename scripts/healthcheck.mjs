/** The image's health check: asks the running appliance, ends with 0 or 1. */
const HELP = `node scripts/healthcheck.mjs — asks http://127.0.0.1:PORT/healthz; ends with 0 when it is well`;

if (process.argv.includes('--help')) {
  console.log(HELP);
} else {
  const { PORT = '8080', HOST = '0.0.0.0' } = process.env;
  const isAny = HOST === '0.0.0.0' || HOST === '::';
  const host = isAny ? '127.0.0.1' : HOST.includes(':') ? `[${HOST}]` : HOST;
  try {
    const response = await fetch(`http://${host}:${PORT || 8080}/healthz`, {
      signal: AbortSignal.timeout(4000),
    });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
  } catch (error) {
    console.error(`not well: ${error.message}`);
    process.exitCode = 1;
  }
}
