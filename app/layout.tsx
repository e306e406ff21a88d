import './globals.css';
import type { Metadata, Viewport } from 'next';
import { connection } from 'next/server';
import type { ReactNode } from 'react';
import { Header } from './components/frame/header';
import { ProviderBanner } from './components/frame/provider-banner';
import { SessionFrame } from './components/frame/session-frame';
import { PlainLink } from './components/plain-link';

export const metadata: Metadata = {
  title: { default: 'Claimcheck', template: '%s · Claimcheck' },
  description: 'See what your identity provider puts in an access token, and whether an API would accept it.',
};

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#ffffff' },
    { media: '(prefers-color-scheme: dark)', color: '#171f1e' },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Every page is rendered for its request: the nonce of its scripts is never the one of another response.
  await connection();
  return (
    <html lang="en">
      <body>
        <a
          href="#main"
          className="button button-main sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-10 focus:px-4 focus:py-2"
        >
          Skip to the content
        </a>
        <Header />
        <ProviderBanner />
        <SessionFrame>
          <main
            id="main"
            tabIndex={-1}
            className="mx-auto w-full max-w-5xl flex-1 px-4 py-8 sm:px-6 sm:py-10"
          >
            {children}
          </main>
        </SessionFrame>
        <footer className="border-t border-line">
          <div className="mx-auto flex max-w-5xl flex-wrap items-center justify-between gap-x-6 px-4 py-3 text-sm text-soft sm:px-6">
            <p className="py-2">
              Claimcheck: OAuth sign-in and access token checks, in the open. Your tokens stay on the server.
            </p>
            {/* Plain links: a look at them must not ask the provider anything. */}
            <nav aria-label="More" className="flex gap-6">
              <PlainLink href="/docs" className="link flex min-h-11 items-center sm:min-h-10">
                API
              </PlainLink>
              <PlainLink href="/status" className="link flex min-h-11 items-center sm:min-h-10">
                Status
              </PlainLink>
            </nav>
          </div>
        </footer>
      </body>
    </html>
  );
}
