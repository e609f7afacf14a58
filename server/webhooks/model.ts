/** The words of webhooks: who is told, of what, and the verbs. Plain data. */
import type { Tx } from '../../storage/database/index.js';

/** The names that the contract knows. Only those of `file.job` ever happen here. */
export const EVENT_NAMES = [
  'file.job.processing',
  'file.job.completed',
  'file.job.failed',
  'file.job.deleted',
  'describe.job.processing',
  'describe.job.completed',
  'describe.job.failed',
  'extract.job.processing',
  'extract.job.completed',
  'extract.job.failed',
  'collection.file.job.processing',
  'collection.file.job.completed',
  'collection.file.job.failed',
  'collection.file.job.deleted',
  'segment.job.processing',
  'segment.job.completed',
  'segment.job.failed',
] as const;

export type EventName = (typeof EVENT_NAMES)[number];

export interface Webhook {
  id: string;
  /** http or https. */
  endpoint: string;
  description?: string | undefined;
  /** Signs what is sent; told to whoever may read the webhook. */
  secret: string;
  isActive: boolean;
  events: EventName[];
  createdAtMs: number;
}

export interface WebhookDraft {
  endpoint: string;
  description?: string | undefined;
  /** Left out: all that ever happen. */
  events?: EventName[] | undefined;
}

export interface WebhookChange {
  endpoint?: string | undefined;
  /** null takes it away. */
  description?: string | null | undefined;
  events?: EventName[] | undefined;
  isActive?: boolean | undefined;
}

/** What is told of a file. */
export interface ToldFile {
  id: string;
  path: string;
  displayName: string;
  source: 'video' | 'upload';
  state: 'pending' | 'processing' | 'published' | 'failed';
  mediaType: 'video' | 'audio';
  sizeBytes: number;
  durationSeconds?: number | undefined;
  metadata?: Record<string, unknown> | undefined;
  error?: string | undefined;
  createdAtMs: number;
  /** Set while people do not want it here although its record stays. */
  withdrawnAtMs?: number | undefined;
}

export interface FileTransition {
  before: ToldFile;
  after?: ToldFile | undefined;
}

export interface Webhooks {
  /** Errors: 'invalid' (an endpoint that may not be reached), 'conflict' (too many). */
  create(draft: WebhookDraft): Promise<Webhook>;
  get(id: string): Promise<Webhook | undefined>;
  list(query: {
    sort: 'asc' | 'desc';
    limit: number;
    offset: number;
  }): Promise<{ webhooks: Webhook[]; total: number }>;
  /** How many events it is still to be told of. */
  waitingFor(id: string): Promise<number>;
  /** Switching it off drops what it was still to be told. Errors: 'not-found', 'invalid'. */
  update(id: string, change: WebhookChange): Promise<Webhook>;
  /** Errors: 'not-found'. */
  remove(id: string): Promise<void>;
  /** Writes down what is to be told of these changes, in the transaction that makes them. Sends nothing. */
  witness(tx: Tx, transitions: readonly FileTransition[]): Promise<void>;
  /** Something may have been written down: look soon. */
  wake(): void;
  /** From now on webhooks are told, first of all what was left from before. */
  start(): void;
  /** What is being sent is broken off and will be sent again. */
  close(): Promise<void>;
}
