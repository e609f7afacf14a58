/**
 * One declaration per call of the API: the schemas that check what is asked are the ones that /v1/openapi.json
 * shows, and each answer is held against its own. Knows no noun of the API.
 */
import { Router, type Request, type RequestHandler } from 'express';
import type { z } from 'zod';
import type { ErrorCode } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import { parseInput } from './input.js';
import { readJson } from './json-body.js';

export type Topic = 'Files' | 'Segments' | 'Shares' | 'Webhooks' | 'About';

export interface RouteSpec {
  method: 'get' | 'post' | 'put' | 'delete';
  /** Below /v1, as Express writes it: `/files/:file_id`. */
  path: `/${string}`;
  topic: Topic;
  /** What it does, in a few words. */
  summary: string;
  /** What else a caller should know. */
  notes?: string;
  params?: z.ZodObject;
  query?: z.ZodObject;
  /** Of a JSON body. */
  body?: z.ZodType;
  /** Fields of a multipart form; `handle` reads the request itself. */
  form?: z.ZodObject;
  answer: z.ZodType;
  /** Beyond what follows from the rest: 'unauthenticated', and 'invalid' where anything is asked. */
  refusals?: readonly ErrorCode[];
}

export interface Asked<P, Q, B> {
  params: P;
  query: Q;
  body: B;
  /** For addresses in the answer, and for streamed bodies. */
  req: Request;
}

export interface ApiRoute extends RouteSpec {
  handle(asked: Asked<unknown, unknown, unknown>): Promise<unknown>;
}

type Inferred<T> = T extends z.ZodType ? z.output<T> : undefined;

/** `handle` gets what was asked as its schemas have made it, and returns the body of the 200. */
export function defineRoute<
  A,
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(
  spec: Omit<RouteSpec, 'params' | 'query' | 'body' | 'answer'> & {
    params?: P;
    query?: Q;
    body?: B;
    answer: z.ZodType<unknown, A>;
  },
  handle: (asked: Asked<Inferred<P>, Inferred<Q>, Inferred<B>>) => Promise<A>,
): ApiRoute {
  return { ...spec, handle };
}

export function serveRoutes(routes: readonly ApiRoute[], { log }: { log: Log }): Router {
  const router = Router();
  for (const route of routes) {
    const before: readonly RequestHandler[] = route.body ? readJson : [];
    router[route.method](route.path, ...before, async (req, res) => {
      const params: unknown = route.params && parseInput(route.params, req.params);
      const query: unknown = route.query && parseInput(route.query, req.query, 'the query');
      const body: unknown = route.body && parseInput(route.body, req.body);
      const answer = await route.handle({ params, query, body, req });
      compare(route, answer);
      res.json(answer);
    });
  }

  /** A slip of ours: told in the log, where tests look for it; the caller may still make use of the answer. */
  function compare({ method, path, answer: schema }: ApiRoute, answer: unknown): void {
    const { success, error } = schema.safeParse(answer);
    if (success) return;
    const { path: field, message } = error.issues[0]!;
    log.error({ method, path, field: field.join('.'), message }, 'an answer differs from its description');
  }

  return router;
}
