/** Who asks, as far as an address and a program's name tell; behind proxies that are trusted, whom they ask for. */
import type { IncomingMessage } from 'node:http';
import { networkOf } from '../base/network.js';
import type { Visitor } from '../share/model.js';

export type ReadVisitor = (req: IncomingMessage) => Visitor;

/** `isTrusted` is Express' compiled TRUST_PROXY: an address, and how many hops away it is. */
export function createVisitorReader(isTrusted: (address: string, hop: number) => boolean): ReadVisitor {
  return (req) => ({
    address: networkOf(addressOf(req, isTrusted)),
    agent: String(req.headers['user-agent'] ?? '').slice(0, 300),
  });
}

/** The nearest that is no proxy of ours: what stands before it in the header anybody may have written. */
function addressOf(req: IncomingMessage, isTrusted: (address: string, hop: number) => boolean): string {
  const forwarded = String(req.headers['x-forwarded-for'] ?? '').split(',');
  const hops = [req.socket.remoteAddress ?? '', ...forwarded.map((hop) => hop.trim()).reverse()].filter(
    Boolean,
  );
  const at = hops.findIndex((hop, n) => !isTrusted(hop, n));
  return (at < 0 ? hops.at(-1) : hops[at]) ?? '';
}
