/**
 * A sound as a picture: one bar for each slice, what was played in another colour. A click goes there. For
 * eyes and pointers only: by keyboard and screen reader the time line below it does the same.
 */

const BAR_PX = 3;
const GAP_PX = 1;
const LEAST_PX = 2;

/**
 * @param {HTMLElement} box `data-src` is waveform.json
 * @param {HTMLMediaElement} media
 */
export async function drawWaveform(box, media) {
  const peaks = await readPeaks(box.dataset.src);
  if (!peaks) return;
  const canvas = document.createElement('canvas');
  box.replaceChildren(canvas);

  const draw = () => paint(canvas, peaks, media.duration ? media.currentTime / media.duration : 0);
  let frame;
  const follow = () => {
    draw();
    frame = media.paused ? undefined : requestAnimationFrame(follow);
  };
  for (const name of ['timeupdate', 'seeking', 'durationchange']) {
    media.addEventListener(name, () => frame === undefined && draw());
  }
  media.addEventListener('play', () => (frame ??= requestAnimationFrame(follow)));
  new ResizeObserver(draw).observe(box);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ['data-theme'] });

  const seek = ({ clientX }) => {
    const { left, width } = box.getBoundingClientRect();
    const fraction = Math.max(0, Math.min(1, (clientX - left) / width));
    if (media.duration) media.currentTime = fraction * media.duration;
  };
  box.addEventListener('pointerdown', (event) => {
    box.setPointerCapture(event.pointerId);
    seek(event);
  });
  box.addEventListener('pointermove', (event) => box.hasPointerCapture(event.pointerId) && seek(event));
  box.classList.add('is-drawn');
  draw();
}

async function readPeaks(src) {
  try {
    const response = await fetch(src);
    const { peaks } = response.ok ? await response.json() : {};
    return peaks?.length > 0 ? peaks : undefined;
  } catch {
    return undefined;
  }
}

function paint(canvas, peaks, played) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const scale = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale);
  if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d');
  const style = getComputedStyle(canvas);
  const bars = barsOf(peaks, Math.max(1, Math.floor(width / (BAR_PX + GAP_PX))));
  const step = width / bars.length;
  const edge = played * width;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  bars.forEach((peak, i) => {
    const barHeight = Math.max(LEAST_PX, peak * height);
    context.fillStyle =
      i * step < edge ? style.getPropertyValue('--played') : style.getPropertyValue('--ahead');
    context.fillRect(i * step, (height - barHeight) / 2, step - GAP_PX, barHeight);
  });
}

/** As many bars as there is room for, each as high as the highest peak in it; quiet recordings fill the height too. */
function barsOf(peaks, count) {
  const highest = Math.max(...peaks, 0.05);
  const bars = Math.min(count, peaks.length);
  return Array.from({ length: bars }, (_, i) => {
    const from = Math.floor((i * peaks.length) / bars);
    const to = Math.max(from + 1, Math.floor(((i + 1) * peaks.length) / bars));
    return Math.max(...peaks.slice(from, to)) / highest;
  });
}
