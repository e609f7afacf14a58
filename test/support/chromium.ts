/** Starts the Chromium of this machine: the distribution's, Google's, or the one that scripts/setup fetched. */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const ARGUMENTS = [
  '--no-sandbox',
  '--headless=new',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  '--autoplay-policy=no-user-gesture-required',
];

/** The environment variable CHROMIUM names another one. */
export function launchChromium(): Promise<Browser> {
  const candidates = [
    process.env['CHROMIUM'],
    '/usr/bin/chromium',
    '/usr/bin/google-chrome-stable',
    '/usr/bin/google-chrome',
    chromium.executablePath(),
  ];
  const executablePath = candidates.find((path) => path && existsSync(path));
  if (!executablePath) throw new Error('Chromium was not found. Run scripts/setup --browser');
  return chromium.launch({ executablePath, args: ARGUMENTS });
}
