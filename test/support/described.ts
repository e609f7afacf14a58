/** Every answer of the API that a test brought about was as its description says: told by the log. */
export function findUndescribed(logLines: readonly string[]): string[] {
  return logLines.filter((line) => line.includes('an answer differs from its description'));
}
