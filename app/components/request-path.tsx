const stations = [
  {
    id: 'browser',
    name: 'Browser',
    does: 'asks the provider for an authorization code, with PKCE, state and nonce.',
  },
  {
    id: 'provider',
    name: 'Provider',
    does: 'signs the person in; the server redeems the code there and verifies both tokens.',
  },
  {
    id: 'session',
    name: 'Session',
    does: 'the tokens are sealed and stay on the server; the browser gets one opaque cookie.',
  },
  {
    id: 'middleware',
    name: 'Middleware',
    does: 'the cookie ends here: it becomes a bearer token, renewed first where it is about to expire.',
  },
  {
    id: 'verify',
    name: 'Verify',
    does: 'signature, issuer, audience, times and kind are checked, again, by whoever answers.',
  },
  { id: 'scope', name: 'Scope', does: 'one table says which action needs which scope.' },
  {
    id: 'notes',
    name: 'Notes',
    does: 'belong to issuer and subject, as verified; never to a name from the request.',
  },
] as const;

/** Where a request passes on its way. */
export type Station = (typeof stations)[number]['id'];

/** Where a request ended, and why, in a sentence. */
export interface Stop {
  readonly at: Station;
  readonly because: string;
}

type State = 'passed' | 'stopped' | 'ahead';

const words = { passed: 'passed', stopped: 'refused here', ahead: 'not reached' } as const;

/**
 * The way of a request through the app, as a line with its stations.
 * @param explained says at each station what happens there
 * @param stop draws a request that went no further
 */
export function RequestPath({ explained = false, stop }: { explained?: boolean; stop?: Stop }) {
  const end = stop ? stations.findIndex(({ id }) => id === stop.at) : stations.length;
  const stateOf = (index: number): State => (index === end ? 'stopped' : index < end ? 'passed' : 'ahead');
  return (
    <div className="@container">
      <ol className="@2xl:grid @2xl:grid-cols-7">
        {stations.map(({ id, name, does }, index) => {
          const state = stateOf(index);
          const isLast = index === stations.length - 1;
          return (
            <li key={id} className="relative flex gap-3 @2xl:flex-col @2xl:gap-1.5">
              {isLast ? null : <Line ahead={index >= end} />}
              <Dot state={state} />
              <div className={`min-w-0 pr-3 ${isLast ? '' : explained ? 'pb-4' : 'pb-2'}`}>
                <p
                  className={`text-sm font-semibold ${state === 'stopped' ? 'text-bad' : state === 'ahead' ? 'text-soft' : ''}`}
                >
                  {name}
                  {stop ? <span className="sr-only">: {words[state]}</span> : null}
                </p>
                {explained ? <p className="text-sm text-soft">{does}</p> : null}
                {stop && state === 'stopped' ? (
                  <p className="text-sm wrap-anywhere @2xl:sr-only">{stop.because}</p>
                ) : null}
              </div>
            </li>
          );
        })}
      </ol>
      {/* Under the line there is the room that a station does not have. */}
      {stop ? (
        <p aria-hidden="true" className="mt-1 hidden text-sm wrap-anywhere @2xl:block">
          {stop.because}
        </p>
      ) : null}
    </div>
  );
}

/** From one station to the next: down on narrow screens, to the right on wide ones. */
function Line({ ahead }: { ahead: boolean }) {
  return (
    <span
      aria-hidden="true"
      className={`absolute top-5 bottom-0 left-[9px] border-l-2 @2xl:top-[9px] @2xl:right-0 @2xl:bottom-auto @2xl:left-5 @2xl:border-t-2 @2xl:border-l-0 ${ahead ? 'border-dashed border-line' : 'border-accent'}`}
    />
  );
}

function Dot({ state }: { state: State }) {
  return (
    <svg viewBox="0 0 20 20" className="size-5 shrink-0" aria-hidden="true">
      {state === 'passed' ? <circle cx="10" cy="10" r="6" className="fill-accent" /> : null}
      {state === 'ahead' ? (
        <circle cx="10" cy="10" r="5.5" className="fill-none stroke-edge" strokeDasharray="2.5 2" />
      ) : null}
      {state === 'stopped' ? (
        <g className="fill-bad-tint stroke-bad" strokeWidth="2" strokeLinecap="round">
          <circle cx="10" cy="10" r="8.5" />
          <path d="m7 7 6 6m0-6-6 6" />
        </g>
      ) : null}
    </svg>
  );
}
