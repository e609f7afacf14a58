export { createWebhooks } from './webhooks.js';
export type { Webhook, WebhookDraft, Webhooks } from './model.js';
