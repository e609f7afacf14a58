/** The entry of the watching thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { serveWatch } from './serve.js';

serveWatch(parentPort!, (workerData as { root: string }).root);
