'use client';

import {
  type DragEvent,
  type ReactNode,
  type Ref,
  type SubmitEvent,
  useEffect,
  useRef,
  useState,
} from 'react';
import { withBasePath } from '@/lib/config/base-path';
import { decodeText } from '@/lib/inspect/text';
import { useHydrated } from '../components/hydrated';
import { loginHref } from '../components/login-href';
import { Notice } from '../components/notice';
import { PlainLink } from '../components/plain-link';
import { type Answer, askVerdict } from './ask-verdict';
import { Compared, Verdict } from './shown-verdict';

/** Bytes of a file that are read: more than is sent, so that whoever brings more is told. */
const maxFile = 128 * 1_024;

/** One field, and the verdict on what is in it. Without script the form is sent as it is, and answered by a page. */
export function InspectForm() {
  const [answer, setAnswer] = useState<Answer>();
  const [busy, setBusy] = useState(false);
  const [over, setOver] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const second = useRef<HTMLTextAreaElement>(null);
  const result = useRef<HTMLDivElement>(null);
  useTokenOutOfFragment(setAnswer);
  useEffect(() => {
    if (answer) result.current?.focus();
  }, [answer]);

  async function judge() {
    if (busy || !field.current) return;
    setBusy(true);
    setAnswer(await askVerdict(field.current.value, second.current?.value));
    setBusy(false);
  }

  async function take(file: File) {
    // Also what is no file but a folder.
    const bytes = await file
      .slice(0, maxFile)
      .arrayBuffer()
      .catch(() => undefined);
    if (!bytes) return setAnswer({ problem: 'This file cannot be read. Paste what is in it.' });
    if (field.current) field.current.value = decodeText(new Uint8Array(bytes));
    await judge();
  }

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    void judge();
  }

  function drop(event: DragEvent) {
    setOver(false);
    const [file] = event.dataTransfer.files;
    // Text that is dropped goes into the field by itself.
    if (!file) return;
    event.preventDefault();
    void take(file);
  }

  return (
    <div className="space-y-8">
      <form
        method="post"
        action={withBasePath('/inspect/verdict')}
        onSubmit={submit}
        onDrop={drop}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        className={`space-y-4 rounded-xl ${over ? 'outline-3 outline-offset-4 outline-accent' : ''}`}
      >
        <TokenField ref={field} name="text" label="Token" rows={7}>
          A token, or the Authorization header, curl line or JSON answer that it stands in.
        </TokenField>
        <details>
          <summary className="min-h-11 cursor-pointer py-2 sm:min-h-9">Compare it with another</summary>
          <TokenField ref={second} name="other" label="The other token" rows={5}>
            The one that works, or worked yesterday, or somebody else’s.
          </TokenField>
        </details>
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <button type="submit" className="button button-main" aria-disabled={busy || undefined}>
            {busy ? 'Judging…' : 'Inspect'}
          </button>
          <FileField onFile={(file) => void take(file)} />
        </div>
      </form>
      <div ref={result} tabIndex={-1} className="scroll-mt-4">
        {answer ? <Shown answer={answer} /> : null}
      </div>
    </div>
  );
}

interface TokenFieldProps {
  ref: Ref<HTMLTextAreaElement>;
  name: string;
  label: string;
  rows: number;
  /** What may be pasted into it. */
  children: ReactNode;
}

function TokenField({ ref, name, label, rows, children }: TokenFieldProps) {
  return (
    <div>
      <label htmlFor={name} className="mb-2 block font-medium">
        {label}
      </label>
      <textarea
        ref={ref}
        id={name}
        name={name}
        rows={rows}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        aria-describedby={`${name}-hint`}
        className="field font-mono text-sm break-all"
      />
      <p id={`${name}-hint`} className="mt-1 text-sm text-soft">
        {children}
      </p>
    </div>
  );
}

/** Reading a file needs script: the form itself sends text only. */
function FileField({ onFile }: { onFile: (file: File) => void }) {
  if (!useHydrated()) return null;
  return (
    <label className="flex min-w-0 flex-wrap items-center gap-2 text-sm text-soft">
      or drop a file, or choose one:
      <input
        type="file"
        className="max-w-full min-w-0 file:mr-2 file:min-h-10 file:cursor-pointer file:rounded-lg file:border file:border-edge file:bg-card file:px-3 file:text-ink"
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file) onFile(file);
        }}
      />
    </label>
  );
}

function Shown({ answer }: { answer: Answer }) {
  if ('inspection' in answer) {
    const { compared } = answer.inspection;
    return compared ? (
      <Compared one={answer.inspection} {...compared} />
    ) : (
      <Verdict inspection={answer.inspection} />
    );
  }
  return (
    <Notice tone="warn" role="status">
      <p>{answer.problem}</p>
      {answer.isSignedOut ? (
        <PlainLink href={loginHref({ returnTo: '/inspect' })} className="link">
          Sign in
        </PlainLink>
      ) : null}
    </Notice>
  );
}

const refusedFragment: Answer = {
  problem:
    'A token in an address is not looked at, on purpose: addresses end up in histories. It was taken out of this one. Paste it above instead.',
};

/** A fragment is not sent to the server, but stays in histories: a token in it is taken out and not looked at. */
function useTokenOutOfFragment(tell: (answer: Answer) => void) {
  useEffect(() => {
    const look = () => {
      if (!/token|e[yw][\w-]{8}/i.test(location.hash)) return;
      history.replaceState(history.state, '', location.pathname + location.search);
      tell(refusedFragment);
    };
    look();
    window.addEventListener('hashchange', look);
    return () => window.removeEventListener('hashchange', look);
  }, [tell]);
}
