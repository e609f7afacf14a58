/** The door of the write wing. */
export { createIngest, type Ingest, type IngestSettings, type WatcherStatus } from './ingest.js';
