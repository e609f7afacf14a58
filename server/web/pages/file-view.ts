/** From a file, its content, links and clips to the flat object that its page prints. Pure. */
import type { Clip } from '../../clips/index.js';
import type { Share } from '../../share/model.js';
import type { RenditionReport } from '../../render/model.js';
import type { Links } from '../links.js';
import { hasPoster } from '../poster.js';
import { viewClipEditor, viewClipVerbs, type EditorQuery } from './clip-editor-view.js';
import { viewDetails, viewRenditions } from './file-details.js';
import { viewRow, type Row } from './file-row.js';
import { libraryPath, readLibraryQuery } from './library-query.js';
import type { Choice, ShareState } from './share-state.js';
import { firstRequests } from './share-view.js';
import { readStartSeconds } from './start-time.js';
import { durationTime, exactTime } from './wording.js';

export interface FileViewInput {
  /** With the shares of the whole file. */
  row: Row;
  state: ShareState;
  choice: Choice | undefined;
  report: readonly RenditionReport[];
  clips: readonly Clip[];
  clipTotal: number;
  clipShares: readonly Share[];
  viewsOf: (share: Share) => number;
  news: FileNews;
  start: unknown;
  editor: EditorQuery;
  onPage: Links;
  absolute: Links;
  assetsPath: string;
  usesHlsJs: boolean;
}

/** What was just done, or could not be; then with what was typed. */
export interface FileNews {
  done?: string | undefined;
  error?: { form: 'name' | 'metadata'; text: string; typed: string };
}

export function viewFile(input: FileViewInput) {
  const { row, state, news, onPage } = input;
  const { file } = row;
  const { generation } = state;
  const video = generation?.info.video;
  const here = `/files/${file.id}`;
  const to = (path: string) => onPage.to(`${here}${path}`);
  const streamPath = generation && onPage.previewStreamUrl(file);
  const durationSeconds = generation?.info.durationSeconds ?? file.durationSeconds ?? 0;
  const folderPath = libraryPath(readLibraryQuery({ folder: folderOf(file.path) }));
  const typedName = news.error?.form === 'name' ? news.error.typed : file.displayName;
  const typedMetadata =
    news.error?.form === 'metadata' ? news.error.typed : JSON.stringify(file.metadata ?? {}, null, 2);
  return {
    title: file.displayName,
    area: 'library',
    assets: input.assetsPath,
    eventsPath: onPage.to('/files/events'),
    herePath: here,
    item: viewRow(row, input),
    state: state.condition,
    errorDetail: file.errorDetail,
    done: news.done,
    errors: news.error ? { [news.error.form]: news.error.text } : {},
    crumbs: crumbsOf(file.path, onPage),
    isAudio: (generation?.info.mediaType ?? file.mediaType) === 'audio',
    width: video?.displayWidth,
    height: video?.displayHeight,
    frameRate: video ? video.frameRate.num / video.frameRate.den : undefined,
    durationSeconds,
    streamPath,
    statePath: to('/state'),
    generationId: generation?.id,
    livesMs: onPage.previewLifeMs(),
    posterPath: generation && hasPoster(generation.info) ? onPage.previewPosterUrl(file) : undefined,
    storyboardPath: video && onPage.previewMediaUrl(file, 'storyboard.vtt'),
    waveformPath: generation && !video ? onPage.previewMediaUrl(file, 'waveform.json') : undefined,
    chaptersPath:
      generation && generation.info.chapters.length > 0
        ? onPage.previewMediaUrl(file, 'chapters.vtt')
        : undefined,
    downloadPath: generation ? to('/download') : undefined,
    startSeconds: readStartSeconds(input.start, durationSeconds),
    isAutoplaying: false,
    readyIds: input.choice?.readyRenditionIds.join(' ') ?? '',
    preloadModules: generation && input.usesHlsJs ? [`${input.assetsPath}/hls.js`] : [],
    preloadMedia: generation && streamPath ? firstRequests(streamPath, generation, undefined) : [],
    viewsText: viewsText(row.shares, input.viewsOf),
    editor:
      generation && state.condition === 'ready'
        ? viewClipEditor(file, generation, input.editor, onPage)
        : undefined,
    clips: input.clips.map((clip) => viewClip(clip, input)),
    clipsText:
      input.clipTotal === 0
        ? 'A clip is a part of this file with a link of its own. There are none yet.'
        : input.clipTotal > input.clips.length
          ? `The first ${input.clips.length} of ${input.clipTotal}`
          : '',
    details: viewDetails(file, generation),
    renditions: generation && viewRenditions(generation, input.report),
    typedName,
    typedMetadata,
    renameAction: to('/rename'),
    metadataAction: to('/metadata'),
    deleteAction: onPage.to('/files/bulk/delete'),
    folderPath,
    sharesPath: onPage.to('/shares'),
  };
}

function viewClip(clip: Clip, { row: { file }, clipShares, onPage, absolute }: FileViewInput) {
  const { id, startSeconds, endSeconds } = clip;
  const shares = clipShares.filter(({ segment }) => segment?.id === id);
  return {
    ...viewRow({ file, shares, hasPoster: true }, { onPage, absolute }),
    id,
    name: `${exactTime(startSeconds)} – ${exactTime(endSeconds)}`,
    timeText: `${exactTime(startSeconds)} – ${exactTime(endSeconds)}`,
    durationText: durationTime(endSeconds - startSeconds),
    playPath: onPage.to(`/files/${file.id}?s=${startSeconds}`),
    startSeconds,
    endSeconds,
    posterPath: onPage.frameUrl(file, (startSeconds + endSeconds) / 2),
    shareAction: onPage.to(`/files/${file.id}/clips/${id}/share`),
    ...viewClipVerbs(clip, { file, title: shares.find(({ title }) => title)?.title ?? '', onPage }),
  };
}

function viewsText(shares: readonly Share[], viewsOf: (share: Share) => number): string {
  const views = shares.reduce((sum, share) => sum + viewsOf(share), 0);
  return shares.length === 0 ? '' : views === 1 ? '1 view' : `${views.toLocaleString('en')} views`;
}

function crumbsOf(path: string, onPage: Links) {
  const names = path.split('/').slice(0, -1);
  return ['Library', ...names].map((name, depth) => ({
    name,
    path: onPage.to(libraryPath(readLibraryQuery({ folder: names.slice(0, depth).join('/') }))),
  }));
}

const folderOf = (path: string): string => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '');
