'use client';

import './globals.css';
import ErrorPage from './error';

/** The error page for when the root layout itself failed: the same words, without the frame. */
export default function GlobalError(props: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Something went wrong · Claimcheck</title>
        <main className="mx-auto w-full max-w-5xl px-4 py-10 sm:px-6">
          <ErrorPage {...props} />
        </main>
      </body>
    </html>
  );
}
