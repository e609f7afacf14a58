/** `/docs`: the API's own description as a page, for people who write programs. Says nothing of what is shared here. */
import { Router } from 'express';
import type { ApiDocument } from '../api/index.js';
import type { Links, LinksOf } from '../links.js';
import { viewDocs } from './docs-view.js';
import type { Frame } from './frame.js';
import { setPolicy } from './policy.js';

export function createDocsPage({
  describeApi,
  links,
  frame,
}: {
  describeApi: (to: Pick<Links, 'to'>) => ApiDocument;
  links: LinksOf;
  frame: Frame;
}): Router {
  const router = Router();
  router.get('/docs', (req, res) => {
    const page = viewDocs(describeApi(links(req)));
    setPolicy(res, { keep: 'none' });
    const documentPath = links.onPage.to('/v1/openapi.json');
    res.send(
      frame.render('docs', {
        ...frame.viewerOf(req),
        ...page,
        documentPath,
        assets: frame.assetsPath,
      }),
    );
  });
  return router;
}
