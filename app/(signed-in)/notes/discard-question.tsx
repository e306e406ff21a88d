import { useEffect, useRef } from 'react';
import { Notice } from '../../components/notice';

/** Asked before Escape throws away what was typed. */
export function DiscardQuestion({ onDiscard, onKeep }: { onDiscard: () => void; onKeep: () => void }) {
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => keep.current?.focus(), []);
  return (
    <Notice tone="warn" role="alert">
      <p>Discard your changes to this note?</p>
      <div className="flex flex-wrap gap-3">
        <button ref={keep} type="button" className="button" onClick={onKeep}>
          Keep editing
        </button>
        <button type="button" className="button button-danger" onClick={onDiscard}>
          Discard changes
        </button>
      </div>
    </Notice>
  );
}
