import { randomBytes } from 'node:crypto';
import { linkSync, rmSync, writeFileSync } from 'node:fs';

const alone = { mode: 0o600, flag: 'wx' } as const;

/**
 * Puts a file under its name whole, for its owner alone (mode 0600), and only if nothing is there yet. Whoever wants to
 * know who came first reads it afterwards.
 *
 * Two processes may start at the same moment from one folder. Each writes its own draft and links it into place, which
 * never replaces what another process has put there first. Where a file system has no hard links (exFAT, SMB, some bind
 * mounts) the file is written in its place; whoever reads it in that instant finds it empty.
 * @param link for a test, which has no such file system
 */
export function publishOnce(file: string, text: string, link = linkSync): void {
  const draft = `${file}.${process.pid}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, text, alone);
  try {
    unlessThere(
      () => link(draft, file),
      () => unlessThere(() => writeFileSync(file, text, alone)),
    );
  } finally {
    rmSync(draft, { force: true });
  }
}

/** @param instead where it fails for another reason than that the file is there */
function unlessThere(make: () => void, instead?: () => void): void {
  try {
    make();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    if (!instead) throw error;
    instead();
  }
}
