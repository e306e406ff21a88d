import { statSync } from 'node:fs';
import path from 'node:path';

/** Whether everybody who has an account on this machine can read a file: it, and every folder on the way, lets them. */
export function readableByOthers(file: string): boolean {
  // Windows has lists of its own, which Node shows as if everybody could.
  if (process.platform === 'win32') return false;
  try {
    return (statSync(file).mode & 0o004) !== 0 && isOpen(path.dirname(path.resolve(file)));
  } catch {
    return false;
  }
}

function isOpen(folder: string): boolean {
  if ((statSync(folder).mode & 0o001) === 0) return false;
  const above = path.dirname(folder);
  return above === folder || isOpen(above);
}
