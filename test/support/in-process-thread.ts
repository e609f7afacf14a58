/** What the watching thread does, in the test's own thread: it starts in no time. */
import { MessageChannel, type Transferable } from 'node:worker_threads';
import { serveWatch } from '../../server/ingest/watch/serve.js';
import type { Thread } from '../../server/ingest/watch/index.js';

export function startInProcess(root: string): Thread {
  const { port1: ours, port2: theirs } = new MessageChannel();
  const served = serveWatch(theirs, root);
  return {
    postMessage: (message, transfer) => ours.postMessage(message, transfer as Transferable[] | undefined),
    on(event: string, listener: (value: never) => void) {
      if (event === 'message') ours.on('message', listener as (value: unknown) => void);
    },
    async terminate() {
      ours.close();
      await served.close();
    },
    unref: () => ours.unref(),
  };
}
