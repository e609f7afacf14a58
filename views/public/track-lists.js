/**
 * What hls.js lets a viewer choose, as the lists that a media element of tomorrow has (`videoRenditions`,
 * `audioTracks`): the controls read and set these and know nothing of hls.js.
 */

/** Like the lists of the DOM: items by number, events when one comes or another is chosen. */
class TrackList extends EventTarget {
  length = 0;

  /** @param {object[]} items */
  fill(items, eventName) {
    for (let i = 0; i < this.length; i++) delete this[i];
    items.forEach((item, i) => (this[i] = item));
    this.length = items.length;
    this.dispatchEvent(new Event(eventName));
  }

  /** Tells that another was chosen. */
  announce() {
    this.dispatchEvent(new Event('change'));
  }

  [Symbol.iterator]() {
    return Array.prototype.values.call(this);
  }
}

const AUTO = -1;

/**
 * @param {typeof import('hls.js').default} Hls
 * @param {import('hls.js').default} hls
 * @param {HTMLMediaElement} media gets both lists
 */
export function offerTracks(Hls, hls, media) {
  const renditions = new TrackList();
  const sounds = new TrackList();
  let chosen = AUTO;
  Object.defineProperty(renditions, 'selectedIndex', {
    get: () => chosen,
    set(index) {
      chosen = index;
      // nextLevel keeps what plays now and changes as soon as the buffer allows.
      hls.nextLevel = index;
      renditions.announce();
    },
  });
  Object.defineProperty(media, 'videoRenditions', { value: renditions, configurable: true });
  Object.defineProperty(media, 'audioTracks', { value: sounds, configurable: true });

  hls.on(Hls.Events.MANIFEST_PARSED, () => {
    chosen = AUTO;
    const pictures = hls.levels.filter((level) => level.width > 0);
    renditions.fill(pictures.length > 1 ? pictures.map(describeLevel) : [], 'addrendition');
  });
  hls.on(Hls.Events.AUDIO_TRACKS_UPDATED, () => {
    sounds.fill(
      hls.audioTracks.map((_track, index) => describeSound(hls, index, sounds)),
      'addtrack',
    );
  });
  hls.on(Hls.Events.AUDIO_TRACK_SWITCHED, () => sounds.announce());
}

/** `/hls/<token>/<rendition>/index.m3u8` → `<rendition>` */
export function renditionIdOf(level) {
  return new URL(level.url[0], location.href).pathname.split('/').at(-2);
}

function describeLevel(level) {
  const { width, height, bitrate } = level;
  const id = renditionIdOf(level);
  const shortSide = `${Math.min(width, height)}p`;
  return { id, width, height, bitrate, name: id === 'src' ? `${shortSide}, original` : shortSide };
}

function describeSound(hls, index, sounds) {
  const { name, lang = '' } = hls.audioTracks[index];
  return {
    id: String(index),
    kind: index === 0 ? 'main' : 'alternative',
    language: lang,
    label: `track-${index}`,
    name,
    get enabled() {
      return hls.audioTrack === index;
    },
    set enabled(isWanted) {
      if (!isWanted || hls.audioTrack === index) return;
      hls.audioTrack = index;
      sounds.announce();
    },
  };
}
