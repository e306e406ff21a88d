import type { ReactNode } from 'react';
import { keptOfProvider, report } from '@/lib/server/doctor';
import { LocalTime } from '../components/local-time';

type State = ReturnType<typeof keptOfProvider>['discovery'];

/** What this process keeps of discovery and keys; it goes on with them while the provider is down. */
export async function Kept() {
  // What the examination does to it is part of the picture.
  await report();
  const { discovery, keys } = keptOfProvider();
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Document title="Discovery" state={discovery} />
      <Document title="Keys" state={keys} emptied={keys.emptied}>
        <Entry term="Keys">{keys.keys.length === 0 ? 'none' : keys.keys.map(keyName).join(', ')}</Entry>
        <Entry term="Ignored">
          {keys.ignored.length === 0
            ? 'none'
            : keys.ignored.map(({ kid, reason }) => `${kid ?? 'without kid'}: ${reason}`).join('; ')}
        </Entry>
      </Document>
    </div>
  );
}

const keyName = ({ kid, algorithms }: { kid: string | undefined; algorithms: readonly string[] }) =>
  `${kid ?? 'without kid'} (${algorithms.join(', ')})`;

interface DocumentProps {
  title: string;
  state: State;
  emptied?: boolean;
  children?: ReactNode;
}

function Document({ title, state, emptied = false, children }: DocumentProps) {
  return (
    <div className="card space-y-3 text-sm">
      <h3 className="text-base font-semibold">{title}</h3>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
        <Entry term="Now">{emptied ? 'the provider publishes no usable key' : inWords(state)}</Entry>
        <Entry term="Last success">
          <Time at={state.lastSuccess} />
        </Entry>
        <Entry term="Last failure">
          <Time at={state.lastFailure} />
        </Entry>
        {state.lastError === undefined ? null : <Entry term="Last error">{state.lastError.message}</Entry>}
        <Entry term="Fetches">{state.fetches}</Entry>
        {children}
      </dl>
    </div>
  );
}

function inWords({ failing, lastSuccess, fetches }: State): string {
  if (fetches === 0) return 'not needed yet';
  if (!failing) return 'in order';
  return lastSuccess === undefined ? 'cannot be had' : 'the latest fetch failed; the last good one is used';
}

function Entry({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-soft">{term}</dt>
      <dd className="wrap-anywhere">{children}</dd>
    </>
  );
}

function Time({ at }: { at: number | undefined }) {
  return at === undefined ? 'never' : <LocalTime at={at} seconds />;
}
