/** Storyboards: small pictures of a file's moments on one sheet, and the track that finds them. */
export { storyboardArgs } from './args.js';
export { layoutStoryboard, momentOf, pickKeyframes, type StoryboardLayout } from './layout.js';
export { storyboardTrack } from './track.js';
