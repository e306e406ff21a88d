'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useState, useTransition } from 'react';
import { ActionButton } from '../../components/action-button';
import { LocalTime } from '../../components/local-time';

interface TimeLeftProps {
  /** Seconds since the epoch. */
  expiresAt: number;
  /** The server's time when it rendered, in seconds: what the first render in the browser must agree with. */
  now: number;
}

/**
 * How long the token still lives, second by second.
 *
 * Renewal is left to the next request. Renewing by itself from here would keep the session of an unattended screen
 * alive for ever.
 */
export function TimeLeft({ expiresAt, now }: TimeLeftProps) {
  const [time, setTime] = useState(now);
  useEffect(() => {
    const tick = () => setTime(Date.now() / 1000);
    tick();
    const timer = setInterval(tick, 1_000);
    return () => clearInterval(timer);
  }, []);
  const left = expiresAt - time;
  return (
    <div className="card space-y-2">
      {left > 0 ? (
        <p className="text-lg">
          Expires in <strong className="tabular-nums">{duration(left)}</strong>
        </p>
      ) : (
        <Expired />
      )}
      <p className="text-sm text-soft">
        <LocalTime at={expiresAt * 1000} seconds />. It is renewed automatically while you use the app.
      </p>
    </div>
  );
}

function Expired() {
  const router = useRouter();
  const [renewing, startRenewing] = useTransition();
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <p role="status" className="text-lg">
        This token has expired.
      </p>
      <ActionButton
        className="button"
        busy={renewing}
        busyText="Renewing…"
        onClick={() => startRenewing(() => router.refresh())}
      >
        Renew now
      </ActionButton>
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
