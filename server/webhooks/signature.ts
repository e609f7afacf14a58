/** How a receiver knows that a delivery is ours and not an old one sent again. Pure. */
import { createHmac } from 'node:crypto';

/** `t=<Unix seconds>,v1=<hex>`: HMAC-SHA-256 of `<Unix seconds>.<body>` with the webhook's secret. */
export function signBody(body: string, { secret, atMs }: { secret: string; atMs: number }): string {
  const seconds = Math.floor(atMs / 1000);
  const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${mac}`;
}
