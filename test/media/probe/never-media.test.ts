import { describe, expect, it } from 'vitest';
import { NEVER_MEDIA } from '../../../server/media/probe/index.js';

describe('extensions that are never media', () => {
  it('hold what lies beside media', () => {
    for (const name of ['txt', 'jpg', 'nfo', 'srt', 'db', 'm3u8', 'heic'])
      expect(NEVER_MEDIA.has(name)).toBe(true);
  });

  it('hold nothing that may play', () => {
    const playable =
      'mp4 m4v mov mkv webm avi ts mts m2ts mpg mpeg vob flv wmv asf ogv 3gp mxf dv rm mod dat bin lrv ' +
      'mp3 m4a m4b aac flac wav ogg oga opus wma aiff aif caf ac3 dts ape wv mka amr au';
    expect(playable.split(' ').filter((name) => NEVER_MEDIA.has(name))).toEqual([]);
  });
});
