/** One clean page for everything that went wrong: what it means for the visitor, never what happened inside. */
import type { ErrorKind, RenderError } from '../errors.js';
import type { Frame } from './frame.js';
import { setPolicy } from './policy.js';
import { isMinimal } from './share-view.js';

const WORDS: Partial<Record<ErrorKind, [heading: string, sentence: string]>> = {
  'not-found': ['Nothing here', 'The link may have been removed, or is not quite right.'],
  invalid: ['That did not make sense', 'The address or the form has something in it that we cannot read.'],
  unauthenticated: ['Please sign in', 'This is for members only.'],
  forbidden: ['That is not allowed', 'Perhaps this page was open for a long time. Reload it and try again.'],
  'too-many': ['Too many tries', 'Wait a few minutes, then try again.'],
  'no-space': ['No space left', 'The disk is full. Whoever runs this place has been told.'],
  busy: ['One moment', 'There is too much to do just now. Try again in a few seconds.'],
  'source-missing': ['Away at the moment', 'The original is not in its place. Try again later.'],
  'not-implemented': ['Not in this version', 'This does not exist here yet.'],
};
const FAULT: [string, string] = [
  'Something went wrong',
  'It is not your fault, and it has been written down.',
];

export function createErrorPage({ frame }: { frame: Frame }): RenderError {
  return (req, res, status, kind) => {
    const [heading, sentence] = WORDS[kind] ?? FAULT;
    const requestId = res.locals['requestId'] as string | undefined;
    res.status(status);
    const isBare = isMinimal(req.query);
    setPolicy(res, { keep: 'none', isFramable: isBare });
    if (status === 503) res.set('Retry-After', '5');
    // The pages' own scripts ask for JSON.
    if (req.accepts(['html', 'json']) === 'json') {
      res.json({ error: requestId ? `${heading}. Reference: ${requestId}` : `${heading}. ${sentence}` });
      return;
    }
    const viewer = isBare ? {} : viewerOf(frame, req);
    const page = {
      title: heading,
      heading,
      sentence,
      requestId,
      isMinimal: isBare,
      assets: frame.assetsPath,
    };
    res.send(frame.render('error', { ...viewer, ...page }));
  };
}

/** The session itself may be what is broken. */
function viewerOf(frame: Frame, req: Parameters<Frame['viewerOf']>[0]): object {
  try {
    return frame.viewerOf(req);
  } catch {
    return {};
  }
}
