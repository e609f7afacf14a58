/** What the clip editor of a file's page shows at first: the whole file, or the times that its address names. Pure. */
import type { Clip } from '../../clips/index.js';
import type { Generation, MediaFile } from '../../library/model.js';
import type { Links } from '../links.js';
import { boundsOf, preciseTime, readRange, readTimeMs } from './clip-times.js';

const TIME_LENGTH = 40;
const TITLE_LENGTH = 500;

const HELP =
  '“Set here” takes the picture that is shown, as the first of the clip or as its last. A time that you type as the end is when the clip is over: the picture that begins then no longer belongs to it.';
const HELP_OF_SOUND =
  '“Set here” takes the time at which the player stands, to the millisecond. Times may be typed, too.';

/** What cannot be told from the times alone. */
export const REFUSED = {
  empty: 'There is nothing to be seen or heard in that time.',
  'too-many': 'This file has as many clips as it can have. Delete some first.',
};
export type Refused = keyof typeof REFUSED;

export interface EditorQuery {
  in?: unknown;
  out?: unknown;
  title?: unknown;
  private?: unknown;
  refused?: unknown;
}

interface Asked {
  start: string;
  end: string;
  title: string;
  isPrivate: boolean;
  refused?: Refused | undefined;
}

/** `/files/:id?in=62.5&out=70&title=…#clip-editor`: for links to a range, and back from what could not be cut. */
export function editorPath(fileId: string, { start, end, title, isPrivate, refused }: Asked): string {
  const query = new URLSearchParams({ in: start.slice(0, TIME_LENGTH), out: end.slice(0, TIME_LENGTH) });
  if (title) query.set('title', title.slice(0, TITLE_LENGTH));
  if (isPrivate) query.set('private', '1');
  if (refused) query.set('refused', refused);
  return `/files/${fileId}?${query}#clip-editor`;
}

export function viewClipEditor(
  file: MediaFile,
  { info }: Generation,
  query: EditorQuery,
  onPage: Pick<Links, 'to' | 'previewMediaUrl'>,
) {
  const bounds = boundsOf(info);
  const { video } = info;
  const text = (value: unknown, otherwise: string) =>
    typeof value === 'string' ? value.slice(0, TIME_LENGTH) : otherwise;
  const typed = {
    start: text(query.in, preciseTime(0)),
    end: text(query.out, preciseTime(bounds.durationMs)),
  };
  const read = readRange(typed, bounds);
  return {
    action: onPage.to(`/files/${file.id}/clips`),
    ...bounds,
    frameRate: video ? video.frameRate.num / video.frameRate.den : undefined,
    isSteady: video ? !video.variableFrameRate : false,
    delayMs: (video?.delaySeconds ?? 0) * 1000,
    storyboardPath: video && onPage.previewMediaUrl(file, 'storyboard.vtt'),
    waveformPath: video ? undefined : onPage.previewMediaUrl(file, 'waveform.json'),
    startText: normal(typed.start),
    endText: normal(typed.end),
    problem: 'problem' in read ? read.problem.text : refusal(query.refused),
    title: typeof query.title === 'string' ? query.title.slice(0, TITLE_LENGTH) : '',
    isPrivate: query.private === '1',
    stepText: video ? 'one picture' : '10 ms',
    stepBackText: video ? 'Picture back' : '10 ms back',
    stepOnText: video ? 'Picture on' : '10 ms on',
    help: video ? HELP : HELP_OF_SOUND,
  };
}

/** What may be done with a clip of the list. */
export function viewClipVerbs(
  { id, startSeconds, endSeconds }: Clip,
  { file, title, onPage }: { file: MediaFile; title: string; onPage: Pick<Links, 'to'> },
) {
  const [startMs, endMs] = [Math.floor(startSeconds * 1000 + 1e-6), Math.floor(endSeconds * 1000 + 1e-6)];
  const times = { start: preciseTime(startMs), end: preciseTime(endMs) };
  const to = (verb: string) => onPage.to(`/files/${file.id}/clips/${id}/${verb}`);
  return {
    title,
    editPath: onPage.to(editorPath(file.id, { ...times, title, isPrivate: false })),
    editTimes: `${startMs} ${endMs}`,
    downloadPath: to('download'),
    deleteAction: to('delete'),
  };
}

/** As it was typed, where it cannot be read. */
function normal(text: string): string {
  const ms = readTimeMs(text);
  return ms === undefined ? text : preciseTime(ms);
}

const refusal = (refused: unknown): string =>
  typeof refused === 'string' && Object.hasOwn(REFUSED, refused) ? REFUSED[refused as Refused] : '';
