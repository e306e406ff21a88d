import { useState } from 'react';
import type { Note } from '@/lib/notes/note';
import { ActionButton } from '../../components/action-button';
import type { Trouble } from './trouble';
import { TroubleNotice } from './trouble-notice';

interface LoadMoreProps {
  load: () => Promise<{ added: readonly Note[]; last: boolean } | Trouble>;
  /** @param last whether there is nothing after these, so that this button is gone */
  onLoaded: (added: readonly Note[], last: boolean) => void;
}

/** Fetches the next page of notes. */
export function LoadMore({ load, onLoaded }: LoadMoreProps) {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();

  async function more() {
    setBusy(true);
    setTrouble(undefined);
    const loaded = await load();
    setBusy(false);
    if ('kind' in loaded) setTrouble(loaded);
    else onLoaded(loaded.added, loaded.last);
  }

  return (
    <div className="space-y-3">
      <TroubleNotice trouble={trouble} />
      <ActionButton type="button" className="button w-full" busy={busy} busyText="Loading…" onClick={more}>
        Load more
      </ActionButton>
    </div>
  );
}
