/** Which state may follow which. Pure. */
import { AppError } from '../base/errors.js';
import type { FileState } from './model.js';

const FOLLOWS: Record<FileState, readonly FileState[]> = {
  // A file may turn out useless before its probe begins, e.g. one that ends early.
  pending: ['pending', 'processing', 'failed'],
  // Processing again: the probe before was cut off by a stop.
  processing: ['pending', 'processing', 'published', 'failed'],
  // A published content is replaced by another one, or the same is planned anew.
  published: ['pending', 'published'],
  failed: ['pending', 'processing', 'failed'],
};

export const mayFollow = (from: FileState, to: FileState): boolean => FOLLOWS[from].includes(to);

/** Errors: 'conflict'. */
export function checkTransition(file: { path: string; state: FileState }, to: FileState): void {
  if (mayFollow(file.state, to)) return;
  throw new AppError('conflict', `${file.path} is ${file.state} and cannot become ${to} from there.`);
}
