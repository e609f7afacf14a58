/** The engine: media segments for whoever asks first. */
export { createEngine, type EngineDeps, type EngineSettings } from './engine.js';
export type { Bandwidth, Engine, Progress, RenderSource, RenditionReport } from './model.js';
