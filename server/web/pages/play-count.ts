/**
 * Where a page of a share says that it is played: once when the playing begins, and again with the ticket of that
 * when enough was played. Counts nobody who is signed in, and nobody whose ticket is too young to be true.
 */
import { Router, text, type Request } from 'express';
import { AppError } from '../../base/errors.js';
import { isId } from '../../base/ids.js';
import type { LibraryReader } from '../../library/model.js';
import type { Plays } from '../../share/model.js';
import type { Signer } from '../../sign/model.js';
import type { Clock } from '../../base/clock.js';
import type { Guard, Visit } from '../guard.js';
import type { ReadVisitor } from '../visitor.js';
import type { SharePasses } from './share-pass.js';
import { readShareState } from './share-state.js';

export interface PlayCountParts {
  guard: Pick<Guard, 'visit'>;
  library: Pick<LibraryReader, 'generation' | 'locate'>;
  plays: Pick<Plays, 'played' | 'enoughOf'>;
  passes: Pick<SharePasses, 'askingOf'>;
  signer: Pick<Signer, 'seal' | 'unseal'>;
  readVisitor: ReadVisitor;
  clock: Clock;
}

const TICKET_MS = 12 * 3600 * 1000;
/** Players go up to twice as fast, and clocks are no judges. */
const FASTEST = 2.5;

export function createPlayCount(parts: PlayCountParts): Router {
  const { guard, library, plays, passes, signer, readVisitor, clock } = parts;
  const router = Router();

  /** Errors: 'not-found'. */
  async function visit(req: Request): Promise<Extract<Visit, { sight: 'all' | 'preview' }>> {
    const id = req.params['id'];
    const found = isId(id) ? await guard.visit(id, passes.askingOf(req)) : undefined;
    if (found?.sight === 'all') return found;
    throw new AppError('not-found', 'There is nothing at this address.');
  }

  router.post('/share/:id/plays', async (req, res) => {
    const { share, file } = await visit(req);
    res.set('Cache-Control', 'no-store');
    const { generation, window } = await readShareState(share, file, library);
    if (!generation || passes.askingOf(req).isMember) return void res.status(204).end();
    const seconds = window ? (window.endMs - window.startMs) / 1000 : generation.info.durationSeconds;
    const afterSeconds = plays.enoughOf(seconds);
    const said = [
      share.id,
      String(share.epoch),
      String(clock.now()),
      String(Math.round(afterSeconds * 1000)),
    ];
    res.json({ ticket: signer.seal('play', said, TICKET_MS), afterSeconds });
  });

  router.post('/share/:id/plays/done', text({ type: () => true, limit: '1kb' }), async (req, res) => {
    const { share } = await visit(req);
    const ticket = typeof req.body === 'string' ? signer.unseal('play', req.body) : undefined;
    const [id, epoch, beganMs, enoughMs] = ticket ?? [];
    const isReal = id === share.id && Number(epoch) === share.epoch;
    if (isReal && clock.now() - Number(beganMs) >= Number(enoughMs) / FASTEST) {
      plays.played(share, readVisitor(req));
    }
    // Nothing is told: a page has no use for it, and a forger would.
    res.set('Cache-Control', 'no-store').status(204).end();
  });

  return router;
}
