export * as deliveries from './deliveries.js';
export * as hooks from './hooks.js';
