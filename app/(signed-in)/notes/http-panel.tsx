'use client';

import { useEffect, useState } from 'react';
import { basePath } from '@/lib/config/base-path';
import { CopyButton } from '../../components/copy-button';
import { RequestPath } from '../../components/request-path';
import { curlOf, type KeptExchange, useExchanges } from './exchanges';

/** What the page asked of the API, and what it was told: folded away, it stays so in this browser. */
export function HttpPanel() {
  const exchanges = useExchanges();
  const [open, setOpen] = useFold();
  return (
    <details
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="card min-w-0 lg:col-start-1"
    >
      <summary className="min-h-11 cursor-pointer content-center text-lg font-semibold sm:min-h-10">
        Requests and answers
      </summary>
      {exchanges.length === 0 ? (
        <p className="mt-2 text-sm text-soft">
          Nothing yet: the list came with the page, which the server made with the same token. Create or
          change something, and its request and answer stand here.
        </p>
      ) : (
        <ol className="mt-2 divide-y divide-line">
          {exchanges.map((exchange, index) => (
            <li key={exchange.id} className="py-3 first:pt-0 last:pb-0">
              <Shown exchange={exchange} latest={index === 0} />
            </li>
          ))}
        </ol>
      )}
    </details>
  );
}

function Shown({ exchange, latest }: { exchange: KeptExchange; latest: boolean }) {
  const { method, path, action, status, challenge, answer, stop, headers, body } = exchange;
  return (
    <details open={latest || stop !== undefined} className="space-y-3">
      <summary className="cursor-pointer py-1 wrap-anywhere">
        <code>
          {method} {path}
        </code>{' '}
        <span className={`font-semibold ${status === undefined || stop ? 'text-bad' : 'text-good'}`}>
          {status ?? 'no answer'}
          {action && stop ? ', refused' : null}
        </span>
      </summary>
      {action ? (
        <p className="text-sm text-soft">
          A call of the server action <code>{action}</code>: Next answers with 200 and the action's value, a
          refusal included.
        </p>
      ) : null}
      {stop ? <RequestPath stop={stop} /> : null}
      <Message
        title="Sent"
        lines={[...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), body]}
      />
      <Message
        title="Answered"
        lines={[challenge && `WWW-Authenticate: ${challenge}`, answer && JSON.stringify(answer, null, 2)]}
      />
      <div className="flex flex-wrap items-center gap-3">
        <CopyButton
          text={curlOf(exchange, globalThis.location.origin + basePath())}
          copied="Copied; $TOKEN stands for your token."
        >
          Copy as curl
        </CopyButton>
      </div>
    </details>
  );
}

function Message({ title, lines }: { title: string; lines: readonly (string | undefined)[] }) {
  const text = lines.filter(Boolean).join('\n');
  if (text === '') return null;
  return (
    <div className="space-y-1">
      <p className="text-sm font-semibold">{title}</p>
      <pre className="code-box max-h-64 whitespace-pre-wrap wrap-anywhere">{text}</pre>
    </div>
  );
}

/** Whether the panel is open, as it was left in this browser. Storage may be switched off: then it opens every time. */
function useFold(): [boolean, (open: boolean) => void] {
  const key = `claimcheck${basePath()}:http-panel`;
  const [open, setOpen] = useState(true);
  // After hydration: the server does not know.
  useEffect(() => {
    try {
      setOpen(localStorage.getItem(key) !== 'folded');
    } catch {}
  }, [key]);
  function keep(now: boolean) {
    setOpen(now);
    try {
      if (now) localStorage.removeItem(key);
      else localStorage.setItem(key, 'folded');
    } catch {}
  }
  return [open, keep];
}
