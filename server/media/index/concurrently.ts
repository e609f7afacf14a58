/** Runs small asynchronous steps a few at a time: enough to keep a disk busy, never the whole event loop. */

/** Calls `step` for 0 … count - 1, at most `width` at once. The first error stops new steps and is thrown. */
export async function runConcurrently(
  count: number,
  width: number,
  step: (n: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) {
      try {
        await step(next++);
      } catch (error) {
        next = count;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(width, count) }, lane));
  const failed = lanes.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
