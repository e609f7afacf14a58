/**
 * Which addresses may be sent to: those of the public internet, and what the operator has allowed besides.
 * Whoever may add a webhook must not reach the machine itself, its neighbours or a cloud's metadata by it.
 */
import { lookup as lookUp } from 'node:dns/promises';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import type { Clock } from '../base/clock.js';
import { AppError } from '../base/errors.js';

export interface Reach {
  /** For every connection, on the addresses that it is really made to: a name that changes is no way around. */
  lookup: LookupFunction;
  /** Errors: 'forbidden' when the host of this URL is an address that may not be reached. */
  checkLiteral(url: URL): void;
  /** Errors: 'forbidden' also when the host is the name of such an address now. Names that nobody knows, or not soon, pass. */
  checkNow(url: URL): Promise<void>;
}

export type Resolve = (hostname: string) => Promise<{ address: string; family: number }[]>;

/** IANA's special-purpose registries: this host, private, shared, loopback, link-local, documentation, reserved. */
const CLOSED_V4 =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4';
/**
 * All that is not global unicast (2000::/3), and in that what is special: so every form that carries an IPv4 address
 * inside is closed too, be it mapped, translated, 6to4 or Teredo.
 */
const CLOSED_V6 = '::/3 4000::/2 8000::/1 2001::/23 2001:db8::/32 2002::/16 3fff::/20';

/** Of whoever waits for an answer; a name server that says nothing may take half a minute. */
const PATIENCE_MS = 3000;

const resolveByDns: Resolve = (hostname) => lookUp(hostname, { all: true });

/** `allowed` as in WEBHOOK_ALLOW: addresses and networks. */
export function createReach(
  allowed: readonly string[],
  { resolve = resolveByDns, clock }: { resolve?: Resolve | undefined; clock: Clock },
): Reach {
  // One list per family: a list of both takes every IPv4 address for a mapped one.
  const closed = { ipv4: listOf(CLOSED_V4.split(' ')), ipv6: listOf(CLOSED_V6.split(' ')) };
  const open = listOf(allowed);

  function check(address: string): void {
    const family = familyOf(address);
    const plain = address.split('%')[0]!;
    if (family && (open.check(plain, family) || !closed[family].check(plain, family))) return;
    throw new AppError(
      'forbidden',
      `${address} is not an address on the public internet. WEBHOOK_ALLOW in the settings can allow it.`,
    );
  }

  async function find(hostname: string) {
    const found = await resolve(hostname);
    // All of them: which one a connection takes is not ours to say.
    for (const { address } of found) check(address);
    return found;
  }

  const checkLiteral = ({ hostname }: URL) => {
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    if (isIP(host)) check(host);
  };

  return {
    lookup: (hostname, options, done) => {
      find(hostname).then(
        (found) => {
          if (options.all) return done(null, found);
          const first = found[0];
          if (first) done(null, first.address, first.family);
          else done(new Error(`${hostname} has no address`), '', 0);
        },
        (error: Error) => done(error, '', 0),
      );
    },
    checkLiteral,
    async checkNow(url) {
      checkLiteral(url);
      const found = find(url.hostname.replace(/^\[(.*)\]$/, '$1')).catch((error: unknown) => {
        if (error instanceof AppError) throw error;
      });
      let stop!: () => void;
      const patience = new Promise<void>((resolve) => (stop = clock.after(PATIENCE_MS, resolve)));
      await Promise.race([found, patience]).finally(stop);
    },
  };
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = familyOf(address);
    if (!family) continue;
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6';
}
