/** The pages' templates, compiled once. A template gets one flat object, `page`, and never asks for more. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ejs from 'ejs';

export type ViewName =
  | 'share'
  | 'share-minimal'
  | 'share-locked'
  | 'share-password'
  | 'share-ended'
  | 'shares'
  | 'share-edit'
  | 'share-revoke'
  | 'library'
  | 'remove'
  | 'removed'
  | 'file'
  | 'settings'
  | 'sign-in'
  | 'docs'
  | 'error';

export interface Views {
  render(name: ViewName, page: object): string;
}

const NAMES: readonly ViewName[] = [
  'share',
  'share-minimal',
  'share-locked',
  'share-password',
  'share-ended',
  'shares',
  'share-edit',
  'share-revoke',
  'library',
  'remove',
  'removed',
  'file',
  'settings',
  'sign-in',
  'docs',
  'error',
];

export function createViews({ folder }: { folder: string }): Views {
  const compiled = new Map(NAMES.map((name) => [name, compile(join(folder, `${name}.ejs`))]));
  return { render: (name, page) => compiled.get(name)!({ page }) };
}

function compile(filename: string): ejs.TemplateFunction {
  return ejs.compile(readFileSync(filename, 'utf8'), {
    filename,
    cache: true, // the partials
    strict: true,
    _with: false, // `with` makes each look-up six times as slow
    destructuredLocals: ['page', 'item'],
  });
}
