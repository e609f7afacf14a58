/** The edges of a clip: what must be decoded for them, how they are encoded, and how they join the parent's pieces. */
export { withParameterSets } from './parameter-sets.js';
export { keepSoundEdge, neededFrames, soundEdgeArgs } from './sound-edge.js';
export { sourceEdgeArgs } from './source-edge.js';
export { cutVideoEdge, retime, videoEdgeArgs } from './video-edge.js';
