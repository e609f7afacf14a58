/**
 * Extensions (lower case, without the dot) of files that lie beside media and are never media themselves, so
 * that a folder scan may leave them alone quietly. Everything else in the folder is tried.
 */
export const NEVER_MEDIA: ReadonlySet<string> = new Set(
  [
    'txt md nfo log csv json xml yaml yml ini cfg conf toml html htm css js url webloc desktop lnk',
    'pdf doc docx xls xlsx ppt pptx odt ods epub mobi rtf tex',
    'jpg jpeg jpe png gif webp bmp tif tiff heic heif avif jxl svg ico psd raw dng cr2 nef arw xmp aae thm',
    'srt vtt ass ssa sub idx sup smi sbv lrc scc ttml',
    'm3u m3u8 pls xspf cue mpd ffconcat',
    'zip rar 7z tar gz bz2 xz zst tgz iso img dmg exe msi deb rpm apk jar',
    'db sqlite sqlite3 wal shm ds_store ifo bup bif torrent nzb par2 sfv md5 sha1 sha256 asc sig bak lock pid',
  ]
    .join(' ')
    .split(' '),
);
