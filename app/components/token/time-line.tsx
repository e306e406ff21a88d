'use client';

import { useEffect, useState } from 'react';
import { LocalTime } from '../local-time';

interface TimeLineProps {
  /** Seconds since the epoch; where the token does not say when it was issued, the line begins now. */
  issuedAt: number | undefined;
  /** From when on it is renewed; undefined where nobody renews it. */
  renewedFrom: number | undefined;
  expiresAt: number;
  /** The server's time when it rendered, in seconds: what the first render in the browser must agree with. */
  now: number;
}

/**
 * How long the token still lives, second by second, as a line from its issue to its end.
 *
 * Renewal is left to the next request. Renewing by itself from here would keep the session of an unattended screen
 * alive for ever.
 */
export function TimeLine({ issuedAt, renewedFrom, expiresAt, now }: TimeLineProps) {
  const [time, setTime] = useState(now);
  useEffect(() => {
    const tick = () => setTime(Date.now() / 1000);
    tick();
    const timer = setInterval(tick, 1_000);
    return () => clearInterval(timer);
  }, []);
  const left = expiresAt - time;
  const start = Math.min(issuedAt ?? now, expiresAt - 1);
  const place = (at: number) =>
    Math.round(1_000 * Math.min(1, Math.max(0, (at - start) / (expiresAt - start))));
  return (
    <div className="space-y-1.5">
      {left > 0 ? (
        <p>
          Expires in <strong className="tabular-nums">{duration(left)}</strong>
        </p>
      ) : (
        <p role="status">This token has expired. The next thing you do renews it, if the provider lets it.</p>
      )}
      <svg viewBox="0 0 1000 12" preserveAspectRatio="none" className="h-3 w-full" aria-hidden="true">
        <rect y="4" width="1000" height="4" className="fill-line" />
        <rect y="4" width={place(time)} height="4" className="fill-accent" />
        {renewedFrom === undefined ? null : (
          <rect x={place(renewedFrom) - 2} width="4" height="12" className="fill-warn" />
        )}
        <rect x={Math.min(place(time), 994)} width="6" height="12" className="fill-accent" />
      </svg>
      <ul className="grid gap-x-4 text-sm text-soft sm:auto-cols-fr sm:grid-flow-col">
        {issuedAt === undefined ? null : (
          <li>
            issued <LocalTime at={issuedAt * 1000} seconds day={false} />
          </li>
        )}
        {renewedFrom === undefined ? null : (
          <li>
            renewed from <LocalTime at={renewedFrom * 1000} seconds day={false} />
          </li>
        )}
        <li>
          expires <LocalTime at={expiresAt * 1000} seconds day={false} />
        </li>
      </ul>
    </div>
  );
}

/**
 * A length of time in its two largest units: `4 min 12 s`, `2 h 5 min`, `3 d 1 h`.
 * @param seconds a fraction counts down to the next whole second; negative counts as none
 */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 1_440) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const hours = Math.floor(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
