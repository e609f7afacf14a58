/** The program: reads the environment, starts the appliance, tells its owner where things are, ends on a signal. */
import { createApp, type Started } from './app.js';
import { ConfigError, loadConfig, type Config } from './base/config.js';
import { isAppError, messageOf } from './base/errors.js';
import { createLog } from './base/log.js';

const FORCED_EXIT_MS = 15_000;

await main();

async function main(): Promise<void> {
  const config = readConfig();
  const log = createLog(config.settings.logLevel);
  try {
    const app = await createApp(config, { log });
    endOnSignals(app.close, log);
    const started = await app.start();
    log.info({ port: started.port }, 'appliance started');
    process.stdout.write(welcome(config, started));
  } catch (error) {
    if (isAppError(error)) giveUp(error.message);
    log.fatal({ err: error }, 'start failed');
    giveUp(messageOf(error));
  }
}

function readConfig(): Config {
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (error instanceof ConfigError) giveUp(error.message);
    throw error;
  }
}

function endOnSignals(close: () => Promise<void>, log: ReturnType<typeof createLog>): void {
  let isEnding = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (isEnding) process.exit(1); // asked twice: the owner does not want to wait
      isEnding = true;
      log.info({ signal }, 'appliance is stopping');
      setTimeout(() => process.exit(1), FORCED_EXIT_MS).unref();
      close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

/** Not through the log: this is the one moment at which the link and the key are shown, to the one who reads it. */
function welcome({ settings }: Config, { port, setupPath, firstApiKey }: Started): string {
  const address =
    settings.baseUrl ?? `http://${settings.host === '0.0.0.0' ? 'localhost' : settings.host}:${port}`;
  const lines = [
    ['Drop files into', settings.mediaDir],
    ['Web address', `${address}/`],
    ...(setupPath ? [['Set up (works once)', `${address}${setupPath}`]] : []),
    ...(firstApiKey ? [['API key (shown once)', firstApiKey]] : []),
  ];
  const width = Math.max(...lines.map(([label]) => label!.length));
  const body = lines.map(([label, value]) => `  ${label!.padEnd(width)}  ${value}`).join('\n');
  return `\n  Lanternshare is running\n\n${body}\n\n`;
}

function giveUp(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
