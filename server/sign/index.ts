export { createSigner, roundUpToHour } from './signer.js';
export type { Audience, Claims, Signer } from './model.js';
