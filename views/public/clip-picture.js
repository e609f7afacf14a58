/** What a strip shows of its file behind the handles: tiles of the storyboard, or the waveform. Empty where there is neither. */

const BAR_PX = 3;
const GAP_PX = 1;
const LEAST_BAR_PX = 2;
const CUE = /^(?:(\d+):)?(\d+):(\d+(?:\.\d+)?) --> .*\n(.+)#xywh=(\d+),(\d+),(\d+),(\d+)/;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{ storyboard?: string, waveform?: string, durationMs: number }} options
 * @returns {(view: { fromMs: number, toMs: number }) => void} paints that part, from then on also when the size changes
 */
export function createStripPicture(canvas, { storyboard, waveform, durationMs }) {
  let draw = () => {};
  let view = { fromMs: 0, toMs: durationMs };
  const paint = () => {
    const context = prepare(canvas);
    if (context) draw(context, view);
  };
  const load = storyboard ? loadTiles(storyboard) : waveform ? loadWaves(waveform, durationMs) : undefined;
  load?.then(
    (loaded) => {
      draw = loaded;
      paint();
    },
    () => {},
  ); // a strip without a picture has its handles all the same
  new ResizeObserver(paint).observe(canvas);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', paint);
  new MutationObserver(paint).observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return (next) => {
    view = next;
    paint();
  };
}

function prepare(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  if (width === 0) return undefined;
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d');
  context.setTransform(scale, 0, 0, scale, 0, 0);
  return context;
}

async function loadTiles(src) {
  const response = await fetch(src);
  if (!response.ok) throw new Error('there is no storyboard');
  const cues = (await response.text())
    .split('\n\n')
    .map((block) => CUE.exec(block))
    .filter(Boolean);
  const tiles = cues.map(([, h = 0, m, s, , ...box]) => ({
    startMs: ((Number(h) * 60 + Number(m)) * 60 + Number(s)) * 1000,
    box: box.map(Number),
  }));
  const sheet = new window.Image();
  sheet.src = new URL(cues[0][4], new URL(src, location.href)).href;
  await sheet.decode();
  return (context, { fromMs, toMs }) => {
    const { clientWidth: width, clientHeight: height } = context.canvas;
    const [, , tileWidth, tileHeight] = tiles[0].box;
    const step = (height * tileWidth) / tileHeight;
    for (let x = 0; x < width; x += step) {
      const ms = fromMs + ((x + step / 2) / width) * (toMs - fromMs);
      const tile = tiles.findLast(({ startMs }) => startMs <= ms) ?? tiles[0];
      context.drawImage(sheet, ...tile.box, x, 0, step, height);
    }
  };
}

async function loadWaves(src, durationMs) {
  const response = await fetch(src);
  if (!response.ok) throw new Error('there is no waveform');
  const { peaks } = await response.json();
  const highest = Math.max(...peaks, 0.05);
  return (context, { fromMs, toMs }) => {
    const { clientWidth: width, clientHeight: height } = context.canvas;
    const step = BAR_PX + GAP_PX;
    const indexAt = (x) => ((fromMs + (x / width) * (toMs - fromMs)) / durationMs) * peaks.length;
    context.fillStyle = getComputedStyle(context.canvas).color;
    for (let x = 0; x < width; x += step) {
      const from = Math.min(peaks.length - 1, Math.floor(indexAt(x)));
      const to = Math.max(from + 1, Math.floor(indexAt(x + step)));
      const bar = Math.max(LEAST_BAR_PX, (Math.max(...peaks.slice(from, to)) / highest) * height);
      context.fillRect(x, (height - bar) / 2, BAR_PX, bar);
    }
  };
}
