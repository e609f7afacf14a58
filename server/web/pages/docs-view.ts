/** From the OpenAPI document to the flat lines of its page. Pure. */
import type { ApiDocument, JsonSchema, Operation } from '../api/index.js';

interface Field {
  name: string;
  type: string;
  isRequired: boolean;
  note: string;
  /** How deep it lies, for its indentation. */
  depth: number;
}

export function viewDocs({ info, servers, paths, components }: ApiDocument) {
  const calls = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => viewCall(method, path, operation)),
  );
  const topics = [...new Set(calls.map(({ topic }) => topic))];
  return {
    title: `${info.title} API`,
    about: info.description.replaceAll('`', ''),
    url: servers[0]?.url ?? '',
    topics: topics.map((name) => ({ name, calls: calls.filter(({ topic }) => topic === name) })),
    shapes: Object.entries(components.schemas).map(([name, schema]) => ({ name, fields: fieldsOf(schema) })),
  };
}

function viewCall(method: string, path: string, operation: Operation) {
  const [type, body] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const answers = Object.entries(operation.responses).map(([status, { description, content }]) => ({
    status,
    description: status === '200' ? typeOf(content['application/json']!.schema) : description,
  }));
  return {
    id: operation.operationId,
    topic: operation.tags[0],
    method: method.toUpperCase(),
    path: `/v1${path}`,
    summary: operation.summary,
    notes: operation.description ?? '',
    parameters: (operation.parameters ?? []).map(({ name, required, schema }) =>
      viewField(name, schema, required, 0),
    ),
    bodyType: type ?? '',
    body: body ? fieldsOf(body.schema) : [],
    answers,
  };
}

function fieldsOf(schema: JsonSchema, depth = 0): Field[] {
  const required = (schema['required'] ?? []) as string[];
  return Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>).flatMap(
    ([name, property]) => [
      viewField(name, property, required.includes(name), depth),
      ...fieldsOf(innerOf(property), depth + 1),
    ],
  );
}

function viewField(name: string, schema: JsonSchema, isRequired: boolean, depth: number): Field {
  return { name, type: typeOf(schema), isRequired, note: noteOf(schema), depth };
}

/** What has fields of its own: the object itself, or those that a list holds. */
function innerOf(schema: JsonSchema): JsonSchema {
  const alternatives = (schema['anyOf'] ?? []) as JsonSchema[];
  const inner = alternatives.find((one) => one['type'] !== 'null') ?? schema;
  return (inner['items'] as JsonSchema | undefined) ?? inner;
}

function typeOf(schema: JsonSchema): string {
  if (typeof schema['$ref'] === 'string') return schema['$ref'].split('/').at(-1)!;
  if (Array.isArray(schema['anyOf'])) return (schema['anyOf'] as JsonSchema[]).map(typeOf).join(' or ');
  if ('const' in schema) return JSON.stringify(schema['const']);
  if (Array.isArray(schema['enum'])) return schema['enum'].map((one) => JSON.stringify(one)).join(', ');
  if (schema['type'] === 'array') return `list of ${typeOf((schema['items'] ?? {}) as JsonSchema)}`;
  const data = (schema['properties'] as Record<string, JsonSchema> | undefined)?.['data'];
  if (data) return `page of a ${typeOf(data)}`;
  return [schema['type'] ?? 'anything', schema['format']].filter(Boolean).join(', ') || 'anything';
}

function noteOf(schema: JsonSchema): string {
  const largest = Number.MAX_SAFE_INTEGER;
  const { minimum, maximum, maxLength, description } = schema as Record<string, number | string | undefined>;
  const bounds = [
    minimum === undefined || minimum === -largest ? '' : `at least ${minimum}`,
    maximum === undefined || maximum === largest ? '' : `at most ${maximum}`,
    maxLength === undefined ? '' : `at most ${maxLength} characters`,
  ].filter(Boolean);
  return [
    bounds.join(', '),
    description ?? '',
    'default' in schema ? `default ${String(schema['default'])}` : '',
  ]
    .filter(Boolean)
    .join('; ');
}
