/** Small menus for what the browser's own controls do not offer: quality and audio track. */
import { renditionIdOf } from './hls-stream.js';

const AUTO = -1;

/**
 * @param {HTMLElement} box
 * @param {{ hls: import('hls.js').default }} player
 */
export function fillMenus(box, { hls }) {
  const menus = [qualityMenu(hls), audioMenu(hls)].filter(Boolean);
  box.replaceChildren(...menus);
  box.hidden = menus.length === 0;
}

function qualityMenu(hls) {
  if (hls.levels.length < 2) return undefined;
  const options = hls.levels.map((level, index) => [index, qualityName(level)]).reverse();
  return menu(
    'Quality',
    [[AUTO, 'Automatic'], ...options],
    hls.loadLevel === AUTO ? AUTO : hls.manualLevel,
    (index) => {
      // nextLevel keeps what plays now and changes as soon as the buffer allows.
      hls.nextLevel = index;
    },
  );
}

function qualityName(level) {
  const shortSide = Math.min(level.width, level.height);
  if (!shortSide) return `${Math.round(level.bitrate / 1000)} kb/s`;
  return renditionIdOf(level) === 'src' ? `${shortSide}p, original` : `${shortSide}p`;
}

function audioMenu(hls) {
  if (hls.audioTracks.length < 2) return undefined;
  const options = hls.audioTracks.map((track, index) => [index, track.name]);
  return menu('Audio', options, hls.audioTrack, (index) => {
    hls.audioTrack = index;
  });
}

function menu(name, options, chosen, choose) {
  const label = document.createElement('label');
  const select = document.createElement('select');
  for (const [value, text] of options) select.add(new window.Option(text, value, false, value === chosen));
  select.addEventListener('change', () => choose(Number(select.value)));
  label.append(name, select);
  return label;
}
