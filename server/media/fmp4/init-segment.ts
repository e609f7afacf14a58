/**
 * The initialisation section of a one-track fragmented MP4 (ISO/IEC 14496-12, CMAF brand of 23000-19). Built
 * here for copied and encoded renditions alike, so that nothing an encoder adds beside the decoder's own
 * configuration (bit rates, edit lists, its name) can make two chunks of one rendition differ.
 */
import { box, fullBox, u16, u32, u8, zeros } from './boxes.js';

export interface VideoTrack {
  kind: 'video';
  timescale: number;
  width: number;
  height: number;
  /** AVCDecoderConfigurationRecord (ISO/IEC 14496-15 5.3.3.1). */
  avcC: Buffer;
}

export interface AudioTrack {
  kind: 'audio';
  sampleRate: number;
  channels: number;
  /** AudioSpecificConfig (ISO/IEC 14496-3 1.6.2.1). */
  config: Buffer;
}

export const TRACK_ID = 1;
/** 8.3.2.2: the picture as it is. */
export const UNITY_MATRIX = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
/** ISO 639-2 "und", packed (8.4.2.3); languages are told in the playlist. */
export const UNDETERMINED = 0x55c4;

export function initSegment(track: VideoTrack | AudioTrack): Buffer {
  const timescale = track.kind === 'video' ? track.timescale : track.sampleRate;
  const ftyp = box('ftyp', Buffer.from('iso6'), u32(0), Buffer.from('iso6cmfcmp41'));
  // All durations are 0: the samples come in fragments (8.8).
  const movie = [u32(0, 0, timescale, 0, 0x10000), u16(0x100), zeros(10), UNITY_MATRIX, zeros(24)];
  const mvhd = fullBox('mvhd', 0, 0, ...movie, u32(TRACK_ID + 1));
  const mdhd = fullBox('mdhd', 0, 0, u32(0, 0, timescale, 0), u16(UNDETERMINED, 0));
  const handler = Buffer.from(track.kind === 'video' ? 'vide' : 'soun');
  const hdlr = fullBox('hdlr', 0, 0, u32(0), handler, zeros(12), u8(0));
  const mdia = box('mdia', mdhd, hdlr, mediaInformation(track));
  const trex = fullBox('trex', 0, 0, u32(TRACK_ID, 1, 0, 0, 0));
  return Buffer.concat([ftyp, box('moov', mvhd, box('trak', trackHeader(track), mdia), box('mvex', trex))]);
}

/** 8.3.2; flags: enabled, in movie, in preview. */
function trackHeader(track: VideoTrack | AudioTrack): Buffer {
  const isVideo = track.kind === 'video';
  const size = isVideo ? u32(track.width * 0x10000, track.height * 0x10000) : u32(0, 0);
  const volume = u16(isVideo ? 0 : 0x100, 0);
  return fullBox('tkhd', 0, 7, u32(0, 0, TRACK_ID, 0, 0), zeros(12), volume, UNITY_MATRIX, size);
}

function mediaInformation(track: VideoTrack | AudioTrack): Buffer {
  const isVideo = track.kind === 'video';
  const header = isVideo ? fullBox('vmhd', 0, 1, zeros(8)) : fullBox('smhd', 0, 0, zeros(4));
  const dinf = box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1)));
  const stsd = fullBox('stsd', 0, 0, u32(1), isVideo ? avc1(track) : mp4a(track));
  const noSamples = [
    fullBox('stts', 0, 0, u32(0)),
    fullBox('stsc', 0, 0, u32(0)),
    fullBox('stsz', 0, 0, u32(0, 0)),
    fullBox('stco', 0, 0, u32(0)),
  ];
  return box('minf', header, dinf, box('stbl', stsd, ...noSamples));
}

/** VisualSampleEntry (12.1.3) with parameter sets out of band (14496-15 5.4.2). */
function avc1({ width, height, avcC }: VideoTrack): Buffer {
  const resolution = u32(0x480000, 0x480000);
  const frameCountAndName = Buffer.concat([u16(1), zeros(32)]);
  const depth = u16(0x18, 0xffff);
  const entry = [zeros(6), u16(1), zeros(16), u16(width, height), resolution, zeros(4)];
  return box('avc1', ...entry, frameCountAndName, depth, box('avcC', avcC));
}

/** AudioSampleEntry (12.2.3) with an ES descriptor (14496-1 7.2.6.5, 14496-14 5.6). */
function mp4a({ sampleRate, channels, config }: AudioTrack): Buffer {
  // 16.16 fixed point holds rates below 65536 only; the true one is in the configuration.
  const rate = u32(sampleRate < 0x10000 ? sampleRate * 0x10000 : 0);
  const entry = [zeros(6), u16(1), zeros(8), u16(channels, 16, 0, 0), rate];
  const specific = descriptor(0x05, config);
  // Object type 0x40 is MPEG-4 audio; stream type 5 is audio, upStream 0, reserved 1; no buffer or rates told.
  const decoder = descriptor(0x04, u8(0x40, (5 << 2) | 1), zeros(3 + 4 + 4), specific);
  const synchronisation = descriptor(0x06, u8(2));
  const esds = fullBox('esds', 0, 0, descriptor(0x03, u16(0), u8(0), decoder, synchronisation));
  return box('mp4a', ...entry, esds);
}

/** Tag and length in the four-byte form that every parser knows. */
function descriptor(tag: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([u8(tag, 0x80, 0x80, (body.length >> 7) | 0x80, body.length & 0x7f), body]);
}
