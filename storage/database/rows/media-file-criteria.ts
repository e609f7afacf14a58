/**
 * One criterion on media files as SQL. Values are bound, never spelt out; a stored number is compared with a
 * number, everything else as text. Pure.
 */

export type Operator =
  'Equal' | 'NotEqual' | 'LessThan' | 'GreaterThan' | 'Like' | 'In' | 'ContainsAny' | 'ContainsAll';

export type Field =
  | 'id'
  | 'uri'
  | 'bytes'
  | 'created_at'
  | 'filename'
  | 'path'
  | 'source'
  | 'media_type'
  | 'duration_seconds'
  | 'width'
  | 'height'
  | 'format'
  | 'has_audio';

export interface Criterion {
  /** A field of the file, or the parts of a path into its metadata. */
  of: Field | readonly string[];
  operator: Operator;
  /** One for most operators; `%` in that of Like stands for anything. */
  values: readonly string[];
}

interface Sql {
  sql: string;
  bindings: (string | number)[];
}

const info = (expression: string) =>
  `(SELECT ${expression} FROM generations WHERE generations.id = media_files.generation_id)`;

const FIELDS: Record<Field, string> = {
  id: 'id',
  uri: "('cloudglue://files/' || id)",
  bytes: 'size_bytes',
  created_at: 'created_at_ms',
  filename: 'display_name',
  path: 'path',
  source: 'source',
  media_type: 'media_type',
  duration_seconds: 'duration_seconds',
  width: info("info ->> '$.video.displayWidth'"),
  height: info("info ->> '$.video.displayHeight'"),
  format: info("info ->> '$.format'"),
  has_audio: info("iif(json_array_length(info, '$.audios') > 0, 'true', 'false')"),
};

/** True and false as people spell them; SQLite would say 1 and 0. */
const ELEMENT = "CASE type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE value END";

export function toSql({ of, operator, values }: Criterion): Sql {
  const isMetadata = typeof of !== 'string';
  // A list is looked through, anything else is a list of one.
  const from = isMetadata ? 'json_each(media_files.metadata, ?)' : `(SELECT ${FIELDS[of]} AS value)`;
  const path = isMetadata ? [toJsonPath(of)] : [];
  const value = isMetadata ? ELEMENT : 'value';
  const isPlain = isMetadata ? "json_type(media_files.metadata, ?) IS NOT 'object' AND " : '';
  const any = (condition: Sql): Sql => ({
    sql: `(${isPlain}EXISTS (SELECT 1 FROM (SELECT ${value} AS value FROM ${from}) WHERE ${condition.sql}))`,
    bindings: [...path, ...path, ...condition.bindings],
  });
  switch (operator) {
    case 'Equal':
    case 'In':
    case 'ContainsAny':
      return any(join(values.map(equals), 'OR'));
    case 'NotEqual': {
      const { sql, bindings } = any(join(values.map(equals), 'OR'));
      return { sql: `NOT ${sql}`, bindings };
    }
    case 'ContainsAll':
      return join(
        values.map((one) => any(equals(one))),
        'AND',
      );
    case 'LessThan':
      return any(compares('<', values[0]!));
    case 'GreaterThan':
      return any(compares('>', values[0]!));
    case 'Like':
      return any(isLike(values[0]!));
  }
}

function join(conditions: readonly Sql[], word: 'AND' | 'OR'): Sql {
  return {
    sql: `(${conditions.map(({ sql }) => sql).join(` ${word} `)})`,
    bindings: conditions.flatMap(({ bindings }) => bindings),
  };
}

const isNumeric = (text: string) => text.trim() !== '' && Number.isFinite(Number(text));

const IS_NUMBER = "typeof(value) IN ('integer', 'real')";

function equals(text: string): Sql {
  if (!isNumeric(text)) return { sql: 'value = ?', bindings: [text] };
  return { sql: `iif(${IS_NUMBER}, value = ?, value = ?)`, bindings: [Number(text), text] };
}

function compares(sign: '<' | '>', text: string): Sql {
  const asText = { sql: `NOT ${IS_NUMBER} AND value ${sign} ?`, bindings: [text] };
  if (!isNumeric(text)) return asText;
  return { sql: `iif(${IS_NUMBER}, value ${sign} ?, value ${sign} ?)`, bindings: [Number(text), text] };
}

/** SQLite knows the case of ASCII letters only; the two whole spellings help with most others. */
function isLike(pattern: string): Sql {
  const escaped = pattern.replaceAll(/[\\_]/g, '\\$&');
  const spellings = [...new Set([escaped, escaped.toLowerCase(), escaped.toUpperCase()])];
  return join(
    spellings.map((one) => ({ sql: "value LIKE ? ESCAPE '\\'", bindings: [one] })),
    'OR',
  );
}

/** SQLite reads a quoted name in a path as it reads a text of JSON, escapes and all. */
function toJsonPath(parts: readonly string[]): string {
  return `$${parts.map((part) => `.${JSON.stringify(part)}`).join('')}`;
}
