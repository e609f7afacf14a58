export { createUploadsRouter, type UploadsParts } from './uploads.js';
