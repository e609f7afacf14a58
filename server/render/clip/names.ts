/** Where what is made for a clip is kept below its generation. Pure. */
import type { ClipRange } from '../../media/clip/index.js';

export const CLIPS_FOLDER = 'clips';

export const clipName = ({ startMs, endMs }: ClipRange): string => `${startMs}-${endMs}`;

export const clipFolder = (range: ClipRange): string => `${CLIPS_FOLDER}/${clipName(range)}`;
