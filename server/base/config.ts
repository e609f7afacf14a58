/**
 * From the environment to plain, frozen settings. Pure: all faults are told at once, as sentences that name
 * the variable, the value and what would do. No other file reads process.env.
 */
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';

export interface Settings {
  port: number;
  host: string;
  mediaDir: string;
  dataDir: string;
  /** Public origin and optional path prefix without a trailing slash, e.g. https://media.example.org/share. */
  baseUrl: string | undefined;
  /** Express's `trust proxy`: false, true, a number of hops or a list of addresses. */
  trustProxy: boolean | number | string;
  adminUsername: string | undefined;
  databaseUrl: string | undefined;
  /** Short sides of the encoded rungs, descending; undefined = the built-in ladder. */
  ladder: number[] | undefined;
  segmentSeconds: number;
  renderConcurrency: number;
  renderNice: number;
  settleMs: number;
  rescanSeconds: number | undefined;
  minFreeBytes: number;
  /** Addresses and networks that webhooks may be sent to although they are private. */
  webhookAllow: string[];
  logLevel: string;
}

export interface Secrets {
  adminPassword: string | undefined;
  apiKey: string | undefined;
  signingSecret: string | undefined;
}

export interface Config {
  settings: Settings;
  secrets: Secrets;
}

/** Every fault of the environment, one sentence each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(`The settings are not usable:\n${faults.map((f) => `  - ${f}`).join('\n')}`);
    this.faults = faults;
  }
}

const whole = (min: number, max: number) =>
  z
    .string()
    .refine(
      (text) => /^\d{1,15}$/.test(text) && Number(text) >= min && Number(text) <= max,
      `a whole number from ${min} to ${max}`,
    )
    .transform(Number);

const folder = z
  .string()
  .refine((text) => !text.includes('\0'), 'a path of a folder')
  .transform((path) => resolve(path));

const origin = z
  .string()
  .refine(
    (text) => isOrigin(text),
    'an address such as https://media.example.org or https://example.org/share',
  )
  .transform((text) => text.replace(/\/+$/, ''));

const secret = (minLength: number) =>
  z
    .string()
    .refine(
      (text) => text.length >= minLength && !/[\s]/.test(text),
      `${minLength} or more characters without spaces`,
    );

const schema = z.object({
  PORT: whole(0, 65535).default(8080),
  HOST: z.string().default('0.0.0.0'),
  MEDIA_DIR: folder.default(resolve('media')),
  DATA_DIR: folder.default(resolve('data')),
  BASE_URL: origin.optional(),
  TRUST_PROXY: z
    .string()
    .refine(
      (text) => isTrustProxy(text),
      'true, false, a number of proxies or a list of their addresses such as 10.0.0.0/8,loopback',
    )
    .transform(toTrustProxy)
    .default(false),
  ADMIN_USERNAME: z
    .string()
    .refine((text) => /^[\w.@+-]{1,64}$/.test(text), '1 to 64 letters, digits or . _ @ + -')
    .optional(),
  ADMIN_PASSWORD: z
    .string()
    .refine((text) => text.length >= 8 && text.length <= 256, '8 to 256 characters')
    .optional(),
  API_KEY: secret(16).optional(),
  SIGNING_SECRET: secret(32).optional(),
  DATABASE_URL: z
    .string()
    .refine((text) => /^(sqlite:|postgres(ql)?:\/\/)/.test(text), 'sqlite:/path/to/file.db')
    .refine(
      (text) => !text.startsWith('postgres'),
      'sqlite:/path/to/file.db; Postgres is not supported by this version',
    )
    .optional(),
  LADDER: z
    .string()
    .refine((text) => isLadder(text), 'heights from 144 to 2160, largest first, such as 1080,720,480')
    .transform((text) => text.split(',').map(Number))
    .optional(),
  SEGMENT_SECONDS: whole(1, 10).default(4),
  RENDER_CONCURRENCY: whole(1, 64).default(2),
  RENDER_NICE: whole(0, 19).default(19),
  // Hardware encoders are not used yet; the values that ask for one are refused rather than ignored.
  HWACCEL: z
    .enum(['auto', 'none'], { error: 'auto or none; this version encodes in software' })
    .default('auto'),
  SETTLE_MS: whole(100, 600_000).default(2000),
  RESCAN_SECONDS: whole(5, 86_400).optional(),
  MIN_FREE_MB: whole(0, 1_000_000_000).default(500),
  WEBHOOK_ALLOW: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .refine((parts) => parts.every(isNetwork), 'addresses or networks such as 192.168.1.5,10.0.0.0/8,::1')
    .default([]),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'one of trace, debug, info, warn, error, fatal, silent',
    })
    .default('info'),
});

/** Names of all variables that are read, for the README and its test. */
export const variableNames: readonly string[] = Object.keys(schema.shape);

/** Errors: ConfigError with every fault. An empty value counts as not set. */
export function loadConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(variableNames.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
  const result = schema.safeParse(given);
  const own = (result.error?.issues ?? []).map((issue) => {
    const name = String(issue.path[0]);
    return `${name} is ${shown(name, env[name])}; it must be ${issue.message}.`;
  });
  const faults = [...own, ...crossFaults(given)];
  if (faults.length > 0 || !result.success) throw new ConfigError(faults);
  const v = result.data;
  return Object.freeze({
    settings: Object.freeze({
      port: v.PORT,
      host: v.HOST,
      mediaDir: v.MEDIA_DIR,
      dataDir: v.DATA_DIR,
      baseUrl: v.BASE_URL,
      trustProxy: v.TRUST_PROXY,
      adminUsername: v.ADMIN_USERNAME,
      databaseUrl: v.DATABASE_URL,
      ladder: v.LADDER,
      segmentSeconds: v.SEGMENT_SECONDS,
      renderConcurrency: v.RENDER_CONCURRENCY,
      renderNice: v.RENDER_NICE,
      settleMs: v.SETTLE_MS,
      rescanSeconds: v.RESCAN_SECONDS,
      minFreeBytes: v.MIN_FREE_MB * 1024 * 1024,
      webhookAllow: v.WEBHOOK_ALLOW,
      logLevel: v.LOG_LEVEL,
    }),
    secrets: Object.freeze({
      adminPassword: v.ADMIN_PASSWORD,
      apiKey: v.API_KEY,
      signingSecret: v.SIGNING_SECRET,
    }),
  });
}

/** What is wrong between variables, each of which may be wrong by itself as well. */
function crossFaults(given: Record<string, string | undefined>): string[] {
  const faults: string[] = [];
  if ((given['ADMIN_USERNAME'] === undefined) !== (given['ADMIN_PASSWORD'] === undefined)) {
    faults.push('ADMIN_USERNAME and ADMIN_PASSWORD belong together; set both or neither.');
  }
  const [mediaDir, dataDir] = [resolve(given['MEDIA_DIR'] ?? 'media'), resolve(given['DATA_DIR'] ?? 'data')];
  if (`${mediaDir}/`.startsWith(`${dataDir}/`) || `${dataDir}/`.startsWith(`${mediaDir}/`)) {
    faults.push(
      `MEDIA_DIR (${mediaDir}) and DATA_DIR (${dataDir}) must not lie inside each other; choose two separate folders.`,
    );
  }
  return faults;
}

/** Secrets are never repeated, not even when they are wrong. */
function shown(name: string, value: string | undefined): string {
  return /PASSWORD|SECRET|KEY/.test(name) ? 'not usable' : JSON.stringify(value);
}

function isOrigin(text: string): boolean {
  try {
    const url = new URL(text);
    return /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username && !url.password;
  } catch {
    return false;
  }
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (bits === undefined) return most > 0;
  return more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most;
}

function isLadder(text: string): boolean {
  const heights = text.split(',').map(Number);
  return heights.every(
    (h, i) => Number.isInteger(h) && h >= 144 && h <= 2160 && h % 2 === 0 && (i === 0 || h < heights[i - 1]!),
  );
}

function isTrustProxy(text: string): boolean {
  const isGroup = (part: string) => ['loopback', 'linklocal', 'uniquelocal'].includes(part);
  const isMasked = (part: string) =>
    part.split('/').length === 2 && part.split('/').every((ip) => isIP(ip) === 4);
  const parts = text.split(',').map((part) => part.trim());
  return (
    /^(true|false|\d{1,3})$/.test(text) ||
    parts.every((part) => isGroup(part) || isNetwork(part) || isMasked(part))
  );
}

function toTrustProxy(text: string): boolean | number | string {
  if (text === 'true') return true;
  if (text === 'false') return false;
  return /^\d+$/.test(text) ? Number(text) : text;
}
