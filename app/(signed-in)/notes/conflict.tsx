import { useEffect, useRef, useState } from 'react';
import type { Note } from '@/lib/notes/note';
import { LocalTime } from '../../components/local-time';
import { Notice } from '../../components/notice';
import { fetchNote, type NoteError } from './notes-api';

interface ConflictProps {
  note: Note;
  onTakeTheirs: (theirs: Note) => void;
  /** @param version the current one, which the overwriting change is meant for */
  onOverwrite: (version: number) => void;
  /** The current version could not be read. */
  onError: (error: NoteError) => void;
}

/** The note was changed elsewhere meanwhile: shows how it is now, and lets the person choose. */
export function Conflict({ note: { id }, onTakeTheirs, onOverwrite, onError }: ConflictProps) {
  const [theirs, setTheirs] = useState<Note>();
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let gone = false;
    void fetchNote({ id }).then((current) => {
      if (gone) return;
      if (!current.ok) return onError(current.error);
      setTheirs(current.value);
      box.current?.focus();
    });
    return () => {
      gone = true;
    };
  }, [id, onError]);

  return (
    <Notice tone="warn" role="alert" ref={box}>
      <p className="font-semibold">
        This note was changed elsewhere while you were editing it. Your text is not lost.
      </p>
      {theirs ? (
        <>
          <p>
            How it is now (<LocalTime at={Date.parse(theirs.updatedAt)} />
            ):
          </p>
          <div className="rounded-lg border border-line bg-card p-3 text-ink">
            <p className="font-semibold wrap-anywhere">{theirs.title}</p>
            <p className="whitespace-pre-wrap wrap-anywhere">{theirs.body}</p>
          </div>
          <div className="flex flex-wrap gap-3">
            <button type="button" className="button" onClick={() => onTakeTheirs(theirs)}>
              Take theirs
            </button>
            <button
              type="button"
              className="button button-danger"
              onClick={() => onOverwrite(theirs.version)}
            >
              Overwrite with mine
            </button>
          </div>
        </>
      ) : (
        <p>Fetching the current version…</p>
      )}
    </Notice>
  );
}
