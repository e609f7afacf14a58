import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createApi, type ApiDocument, type JsonSchema } from '../../../server/web/api/index.js';
import { API_KEY, startWeb, type TestWeb } from '../../support/web.js';

let web: TestWeb;
let document: ApiDocument;

beforeAll(async () => {
  web = await startWeb();
  document = (await request(web.url).get('/v1/openapi.json')).body;
});
afterAll(() => web.close());

const authorization = `Bearer ${API_KEY}`;
const SOME_ID = '0b5f8c5e-6a3e-4a0e-9a3e-2f0f6f2b7c11';

describe('the description of the API', () => {
  test('names every route that is served, and no other', () => {
    expect([...describedRoutes()].sort()).toEqual([...servedRoutes()].sort());
    expect(describedRoutes()).toContain('get /files/{file_id}');
  });

  test('names what is answered when it is asked', async () => {
    for (const route of describedRoutes()) {
      const [method, path] = route.split(' ') as ['get', string];
      const url = `${web.url}/v1${path.replaceAll(/\{\w+\}/g, SOME_ID)}`;
      const res = await request(url)[method]('').set('authorization', authorization);
      expect(JSON.stringify(res.body), route).not.toContain('There is nothing at');
      expect(Object.keys(operationOf(route).responses), `${route} ${res.status}`).toContain(
        String(res.status),
      );
      expect(z.strictObject({ error: z.string() }).safeParse(res.body).success || res.status === 200).toBe(
        true,
      );
    }
  });

  test('can be read without a key, and tells which calls need one', async () => {
    const res = await request(web.url).get('/v1/openapi.json');
    expect([res.status, res.body.servers]).toEqual([200, [{ url: `${web.url}/v1` }]]);
    for (const route of describedRoutes()) {
      const isOpen = operationOf(route).security?.length === 0;
      expect(isOpen, route).toBe(route === 'get /openapi.json');
      expect('401' in operationOf(route).responses, route).toBe(!isOpen);
      if (!route.startsWith('get ')) expect(operationOf(route).responses, route).toHaveProperty('403');
    }
  });

  test('refers only to what it holds, and gives each call a name of its own', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to!);
    const names = Object.keys(document.components.schemas);
    expect(new Set(references)).toEqual(new Set(names.map((name) => `#/components/schemas/${name}`)));
    const ids = describedRoutes().map((route) => operationOf(route).operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const route of describedRoutes()) {
      const inPath = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
      const described = (operationOf(route).parameters ?? []).filter((one) => one.in === 'path');
      expect(
        described.map(({ name }) => name),
        route,
      ).toEqual(inPath);
    }
  });

  test('is true of what is answered', async () => {
    const ask = async (path: string) =>
      (await request(web.url).get(`/v1${path}`).set('authorization', authorization)).body;
    const file = await ask(`/files/${web.file.id}`);
    expect(checkerOf('File').parse(file)).toEqual(file);
    const share = await ask(`/share/${web.share.id}`);
    expect(checkerOf('Share').parse(share)).toEqual(share);
    expect(checkerOf('File').safeParse({ ...file, created_at: 'yesterday' }).success).toBe(false);
    expect(checkerOf('Share').safeParse({ ...share, share_url: undefined }).success).toBe(false);
  });

  test('is a page too, which loads nothing from elsewhere', async () => {
    const res = await request(web.url).get('/docs');
    expect(res.status).toBe(200);
    for (const route of describedRoutes()) {
      const [method, path] = route.split(' ');
      expect(res.text).toContain(`${method!.toUpperCase()} /v1${path}`);
    }
    expect(res.text).not.toMatch(/undefined|\[object|<script|src="https?:/);
    expect(res.headers['content-security-policy']).toContain("default-src 'none'");
  });
});

function describedRoutes(): string[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method} ${path}`),
  );
}

function operationOf(route: string) {
  const [method, path] = route.split(' ');
  return document.paths[path!]![method!]!;
}

/** What Express really has; building it asks nothing of the parts. */
function servedRoutes(): string[] {
  const { router } = createApi(
    new Proxy({}, { get: (_, name) => (name === 'auth' ? { sessionHandlers: () => [] } : {}) }) as never,
  );
  const walk = (stack: typeof router.stack): string[] =>
    stack.flatMap((layer) => {
      const inner = (layer.handle as { stack?: typeof router.stack }).stack;
      if (!layer.route) return inner ? walk(inner) : [];
      const { path, stack: verbs } = layer.route;
      return [...new Set(verbs.map(({ method }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`))];
    });
  return walk(router.stack);
}

function checkerOf(name: string): z.ZodType {
  const schemas = JSON.parse(
    JSON.stringify(document.components.schemas).replaceAll('#/components/schemas/', '#/$defs/'),
  ) as Record<string, JsonSchema>;
  return z.fromJSONSchema({ ...schemas[name], $defs: schemas });
}
