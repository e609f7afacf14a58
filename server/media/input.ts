/**
 * How a source is handed to ffmpeg and ffprobe, always: as a plain file, whatever its name looks like, and
 * only to demuxers that read nothing but that file. Without the two lists a "video.mp4" that is really a
 * playlist would make ffmpeg open any file or address written in it.
 */

/** Short names of demuxers that are self-contained and carry time stamps; no images, playlists, devices. */
const FORMATS = [
  'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,rm,mxf,gxf,dv,wtv,nut,ivf',
  'mp3,flac,wav,w64,aac,ac3,eac3,dts,dtshd,truehd,mlp,aiff,caf,au,amr,ape,wv,tta,tak,mpc,mpc8,dsf,oma,voc',
].join(',');

/** `path` as an input name that is never taken for an option, a pattern or a protocol. */
export const inputName = (path: string): string => `file:${path}`;

/** Options that belong in front of every `-i`. */
export const INPUT_LIMITS: readonly string[] = [
  ...['-protocol_whitelist', 'file,pipe'],
  ...['-format_whitelist', FORMATS],
];
