/** The OpenAPI document of a set of routes (3.1, whose schemas are JSON Schema 2020-12). Pure. */
import { z } from 'zod';
import type { ErrorCode } from '../../base/errors.js';
import { statusOf } from '../errors.js';
import { errorAnswer } from './answers.js';
import type { ApiRoute, RouteSpec } from './route.js';

export type JsonSchema = Record<string, unknown>;

export interface Operation {
  operationId: string;
  tags: [string];
  summary: string;
  description?: string;
  parameters?: { name: string; in: 'path' | 'query'; required: boolean; schema: JsonSchema }[];
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, { description: string; content: Record<string, { schema: JsonSchema }> }>;
  security?: [];
}

export interface ApiDocument {
  openapi: '3.1.0';
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  security: Record<string, string[]>[];
  paths: Record<string, Record<string, Operation>>;
  components: { securitySchemes: JsonSchema; schemas: Record<string, JsonSchema> };
}

const DESCRIPTION = [
  'Send an API key as `Authorization: Bearer <key>`; a signed-in browser may read with its session, and write',
  'with the CSRF token of its session in `X-CSRF-Token`. Unknown fields are ignored. Every error is',
  '`{"error": "one sentence"}`. Media times are seconds, other times Unix milliseconds, ids are UUIDs.',
].join(' ');

/** `open` are the routes that need no key. */
export function describeRoutes(
  { routes, open }: { routes: readonly ApiRoute[]; open: readonly ApiRoute[] },
  { url, version }: { url: string; version: string },
): ApiDocument {
  const schemas: Record<string, JsonSchema> = {};
  const paths: ApiDocument['paths'] = {};
  for (const route of [...routes, ...open]) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    const operation = describe(route, schemas, !open.includes(route));
    paths[path] = { ...paths[path], [route.method]: operation };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Lanternshare', version, description: DESCRIPTION },
    servers: [{ url }],
    security: [{ key: [] }],
    paths,
    components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } }, schemas },
  };
}

function describe(route: RouteSpec, schemas: Record<string, JsonSchema>, needsKey: boolean): Operation {
  const input = (schema: z.ZodType) => toJsonSchema(schema, 'input', schemas);
  const answer = (schema: z.ZodType) => ({
    'application/json': { schema: toJsonSchema(schema, 'output', schemas) },
  });
  const parameters = [
    ...parametersOf(route.params && input(route.params), 'path'),
    ...parametersOf(route.query && input(route.query), 'query'),
  ];
  const [type, asked] = route.form ? ['multipart/form-data', route.form] : ['application/json', route.body];
  const refusals = [...refusedStatuses(route, needsKey)].sort((a, b) => a - b);
  return {
    operationId: operationId(route),
    tags: [route.topic],
    summary: route.summary,
    ...(route.notes === undefined ? {} : { description: route.notes }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(asked ? { requestBody: { required: true, content: { [type]: { schema: input(asked) } } } } : {}),
    responses: {
      ...(route.answer instanceof z.ZodNever
        ? {}
        : { 200: { description: 'Done.', content: answer(route.answer) } }),
      ...Object.fromEntries(
        refusals.map((status) => [
          status,
          { description: MEANINGS[status] ?? 'Refused.', content: answer(errorAnswer) },
        ]),
      ),
    },
    ...(needsKey ? {} : { security: [] }),
  };
}

const MEANINGS: Record<number, string> = {
  400: 'Something that was asked is malformed; the sentence names it.',
  401: 'An API key or a session is needed.',
  403: 'This may not be done: not by this member, not without the CSRF token of the session, or not at all.',
  404: 'There is no such thing.',
  409: 'It is in the way of something that exists.',
  413: 'The body is too large.',
  415: 'The body is not of a kind that is read here.',
  501: 'Not available here.',
  507: 'There is not enough space left.',
};

function refusedStatuses(route: RouteSpec, needsKey: boolean): Set<number> {
  const codes: ErrorCode[] = [...(route.refusals ?? [])];
  if (needsKey) codes.push('unauthenticated');
  if (needsKey && route.method !== 'get') codes.push('forbidden');
  if (route.params ?? route.query ?? route.body ?? route.form) codes.push('invalid');
  if (route.body ?? route.form) codes.push('unsupported-media');
  return new Set([...codes.map(statusOf), ...(route.body ? [413] : [])]);
}

function parametersOf(schema: JsonSchema | undefined, place: 'path' | 'query') {
  const required = (schema?.['required'] ?? []) as string[];
  return Object.entries((schema?.['properties'] ?? {}) as Record<string, JsonSchema>).map(
    ([name, property]) => ({
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      schema: property,
    }),
  );
}

/** Schemas with a name of their own are put among `named` and referred to. */
function toJsonSchema(
  schema: z.ZodType,
  io: 'input' | 'output',
  named: Record<string, JsonSchema>,
): JsonSchema {
  // Wrapped, since only what lies inside of another schema is ever referred to.
  const { properties, $defs } = z.toJSONSchema(z.object({ it: schema }), {
    io,
    // Our own checks say with .meta() what they look for.
    unrepresentable: 'any',
    // Later versions may say more.
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      delete jsonSchema.id;
    },
  }) as unknown as { properties: { it: JsonSchema }; $defs?: Record<string, JsonSchema> };
  for (const [name, one] of Object.entries($defs ?? {})) {
    const made = pointToComponents(one);
    if (named[name] && JSON.stringify(named[name]) !== JSON.stringify(made)) {
      throw new Error(`two schemas of the API are named ${name}`);
    }
    named[name] = made;
  }
  return pointToComponents(properties.it);
}

function pointToComponents(schema: JsonSchema): JsonSchema {
  const text = JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/');
  return JSON.parse(text) as JsonSchema;
}

/** `get /files/:file_id/segments` → `getFilesByFileIdSegments`. */
function operationId({ method, path }: RouteSpec): string {
  const words = path
    .replaceAll(/:/g, 'by_')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  return method + words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
}
