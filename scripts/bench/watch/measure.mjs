/**
 * Loaded into a measured process by `node --import`: tells, when asked over IPC, the longest time that the
 * event loop was kept busy since the last asking, in ms.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 2;
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delays.enable();
process.on('message', (question) => {
  if (question !== 'longest block') return;
  process.send({ longestBlockMs: Math.max(0, delays.max / 1e6 - RESOLUTION_MS) });
  delays.reset();
});
process.channel?.unref();
