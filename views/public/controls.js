/**
 * The controls: media-chrome's elements round the media element that is on the page already. They come after
 * the first picture and take the place of the browser's own without moving anything.
 */
/*! media-chrome 4: MIT licence, Copyright (c) Mux, Inc. */
import 'media-chrome/media-controller';
import 'media-chrome/media-control-bar';
import 'media-chrome/media-play-button';
import 'media-chrome/media-time-range';
import 'media-chrome/media-time-display';
import 'media-chrome/media-mute-button';
import 'media-chrome/media-volume-range';
import 'media-chrome/media-captions-button';
import 'media-chrome/media-pip-button';
import 'media-chrome/media-airplay-button';
import 'media-chrome/media-cast-button';
import 'media-chrome/media-fullscreen-button';
import 'media-chrome/media-loading-indicator';
import 'media-chrome/media-preview-thumbnail';
import 'media-chrome/media-preview-time-display';
import 'media-chrome/media-preview-chapter-display';
import 'media-chrome/dist/menu/media-settings-menu.js';
import 'media-chrome/dist/menu/media-settings-menu-button.js';
import 'media-chrome/dist/menu/media-settings-menu-item.js';
import 'media-chrome/dist/menu/media-playback-rate-menu.js';
import 'media-chrome/dist/menu/media-rendition-menu.js';
import 'media-chrome/dist/menu/media-captions-menu.js';
import 'media-chrome/dist/menu/media-audio-track-menu.js';
import { listenToKeys } from './keys.js';
import { drawWaveform } from './waveform.js';

const RATES = '0.25 0.5 0.75 1 1.25 1.5 1.75 2';

const BAR = `
  <media-control-bar class="bar-time"><media-time-range></media-time-range></media-control-bar>
  <media-control-bar class="bar">
    <media-play-button></media-play-button>
    <media-mute-button></media-mute-button>
    <media-volume-range></media-volume-range>
    <media-time-display showduration notoggle></media-time-display>
    <span class="bar-gap"></span>
    <media-captions-button></media-captions-button>
    <media-settings-menu-button></media-settings-menu-button>
    <media-airplay-button></media-airplay-button>
    <media-cast-button></media-cast-button>
    <media-pip-button></media-pip-button>
    <media-fullscreen-button></media-fullscreen-button>
  </media-control-bar>`;

const MENU = `
  <media-settings-menu anchor="auto" hidden>
    ${submenu('Quality', 'media-rendition-menu')}
    ${submenu('Speed', 'media-playback-rate-menu', `rates="${RATES}"`)}
    ${submenu('Captions', 'media-captions-menu')}
    ${submenu('Audio', 'media-audio-track-menu')}
  </media-settings-menu>`;

const CENTRE = `
  <media-loading-indicator slot="centered-chrome" noautohide></media-loading-indicator>
  <media-play-button slot="centered-chrome" class="play-large" notooltip></media-play-button>`;

function submenu(name, element, attributes = '') {
  return `<media-settings-menu-item>${name}<${element} slot="submenu" ${attributes} hidden><span slot="title">${name}</span></${element}></media-settings-menu-item>`;
}

/**
 * @param {HTMLMediaElement} media inside its <media-controller>
 */
export function raiseControls(media) {
  const box = media.closest('media-controller');
  const isSound = box.hasAttribute('audio');
  const content = document.createElement('template');
  content.innerHTML = (isSound ? '' : CENTRE) + MENU + BAR;
  nameTracks(content.content, media);
  addTracks(media);
  box.append(content.content);
  box.fullscreenElement = box.closest('.stage');
  mendMenus(box);
  media.removeAttribute('controls');
  box.classList.add('is-raised');
  if (!isSound) box.addEventListener('dblclick', (event) => onDoubleClick(event, media, box));
  listenToKeys(media, box);
  const waveform = document.getElementById('waveform');
  if (waveform) void drawWaveform(waveform, media);
}

/** The names of renditions and tracks are ours; media-chrome would make them of sizes and labels. */
function nameTracks(content, media) {
  const nameOf = (list, id) => [...(list ?? [])].find((track) => track.id === id)?.name;
  const renditions = content.querySelector('media-rendition-menu');
  renditions.formatRendition = ({ id, width, height }) =>
    nameOf(media.videoRenditions, id) ?? `${Math.min(width, height)}p`;
  const sounds = content.querySelector('media-audio-track-menu');
  sounds.formatMenuItemText = (text, track) => (track && nameOf(media.audioTracks, track.id)) ?? text;
}

/** The way back is an item of its menu, and says where one is: a bare button has no place in a menu. */
function mendMenus(box) {
  for (const menu of box.querySelectorAll('media-settings-menu, [slot=submenu]')) {
    const back = menu.shadowRoot.querySelector('button[part~=back]');
    const name = menu.querySelector('[slot=title]')?.textContent ?? 'Settings';
    back.setAttribute('role', 'menuitem');
    back.setAttribute('aria-label', `${name}, back`);
  }
}

/** What is shown over the time line. A stream that is loaded anew empties all tracks, so they are made again. */
function addTracks(media) {
  const { storyboard, chapters } = media.dataset;
  const add = () => {
    media.querySelectorAll('track[data-own]').forEach((track) => track.remove());
    if (storyboard) media.append(track('metadata', 'thumbnails', storyboard));
    if (chapters) media.append(track('chapters', 'Chapters', chapters));
  };
  add();
  media.addEventListener('emptied', add);
}

function track(kind, label, src) {
  const element = Object.assign(document.createElement('track'), { kind, label, src, default: true });
  element.dataset.own = '';
  element.addEventListener('error', () => element.remove());
  // The controls look for cues when the tracks change; that these have some now they would not hear.
  element.addEventListener('load', () => element.parentNode?.textTracks.dispatchEvent(new Event('change')));
  return element;
}

function onDoubleClick({ target }, media, box) {
  if (target === media || target === box) box.querySelector('media-fullscreen-button').click();
}
