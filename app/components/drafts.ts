import { basePath } from '@/lib/config/base-path';

/**
 * What someone has typed and not yet saved, kept in this tab so that a reload, an ended session or a new sign-in
 * loses none of it. Text only, never a token; gone with the tab, at sign-out, and when someone else signs in.
 */
export interface Draft {
  readonly title: string;
  readonly body: string;
  /** The version of the note it began from; 0 for a new note. */
  readonly version: number;
}

const prefix = `claimcheck${basePath()}:draft:`;

/** Storage can be switched off or full: a draft is then not kept, and nothing else changes. */
function inStorage<T>(act: (storage: Storage) => T): T | undefined {
  try {
    return act(window.sessionStorage);
  } catch {
    return undefined;
  }
}

/** @param owner whose draft it is; another's is deleted instead of shown. @param key a note's id, or `new` */
export function readDraft(owner: string, key: string): Draft | undefined {
  return inStorage((storage) => {
    const kept: unknown = JSON.parse(storage.getItem(prefix + key) ?? 'null');
    if (isDraftOf(owner, kept)) return { title: kept.title, body: kept.body, version: kept.version };
    storage.removeItem(prefix + key);
    return undefined;
  });
}

export function keepDraft(owner: string, key: string, draft: Draft): void {
  inStorage((storage) => storage.setItem(prefix + key, JSON.stringify({ owner, ...draft })));
}

export function forgetDraft(key: string): void {
  inStorage((storage) => storage.removeItem(prefix + key));
}

export function forgetDrafts(): void {
  inStorage((storage) => {
    for (const key of Object.keys(storage)) {
      if (key.startsWith(prefix)) storage.removeItem(key);
    }
  });
}

function isDraftOf(owner: string, kept: unknown): kept is Draft & { owner: string } {
  if (typeof kept !== 'object' || kept === null) return false;
  const draft: Partial<Record<string, unknown>> = { ...kept };
  return (
    draft.owner === owner &&
    typeof draft.title === 'string' &&
    typeof draft.body === 'string' &&
    typeof draft.version === 'number'
  );
}
