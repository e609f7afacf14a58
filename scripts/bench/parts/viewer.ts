/** A viewer with a real Chromium, warm: it has been started and has shown a page before. */
import { join } from 'node:path';
import { projectRoot } from '../../../server/base/files.js';
import { launchChromium } from '../../../test/support/chromium.js';

export interface Viewer {
  /** Opens a share page; resolves with performance.now() of this process at its first frame, or sound. */
  firstFrame(shareUrl: string): Promise<number>;
  /** Jumps to a part of the film that nobody has seen yet; milliseconds until a frame from there shows. */
  seek(fraction: number): Promise<number>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 60_000;
const REST_MS = 1500;

/** Shows `warmUrl` first, so that starting Chromium is not what is measured. */
export async function openViewer(warmUrl: string): Promise<Viewer> {
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  page.setDefaultTimeout(TIMEOUT_MS);
  await page.addInitScript({ path: join(projectRoot(), 'scripts/bench/parts/in-page.js') });
  await page.goto(warmUrl, { waitUntil: 'load' });
  // It is busy with itself for a while after its start.
  await page.waitForTimeout(REST_MS);
  return {
    async firstFrame(shareUrl) {
      const url = new URL(shareUrl);
      url.searchParams.set('autoplay', '1');
      url.searchParams.set('muted', '1');
      await page.goto(url.href, { waitUntil: 'commit' });
      return (await page.evaluate<number>('benchViewer.whenShown()')) - performance.timeOrigin;
    },
    seek: (fraction) => page.evaluate<number>(`benchViewer.seekTo(${fraction})`),
    close: () => browser.close(),
  };
}
