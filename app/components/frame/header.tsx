import Link from 'next/link';
import { Account, TokenRefused } from './account';
import { NavLinks } from './nav-links';
import { viewerOrNobody } from './viewer-or-nobody';

/** The top of every page: one row on wide screens, two on phones. */
export async function Header() {
  const { state } = await viewerOrNobody();
  return (
    <header className="border-b border-line bg-card">
      <div className="mx-auto flex max-w-5xl flex-wrap items-center gap-x-6 gap-y-1 px-4 py-2 sm:flex-nowrap sm:max-md:gap-x-4 sm:px-6 sm:py-3">
        <Link
          href="/"
          prefetch={false}
          className="flex min-h-11 items-center gap-2.5 text-lg font-semibold tracking-tight"
        >
          <Logo />
          Claimcheck
        </Link>
        <nav aria-label="Main" className="order-last -mx-3 w-full sm:order-none sm:mx-0 sm:w-auto">
          <ul className="flex flex-wrap gap-1 sm:flex-nowrap">
            <NavLinks signedIn={state === 'signed-in'} />
            {state === 'refused' ? (
              <li className="-mr-3 ml-auto sm:hidden">
                <TokenRefused />
              </li>
            ) : null}
          </ul>
        </nav>
        <div className="ml-auto flex min-w-0 flex-1 justify-end">
          <Account />
        </div>
      </div>
    </header>
  );
}

/** The mark: a claim check with a tick. Decorative; the product's name stands beside it. */
function Logo() {
  return (
    <svg viewBox="0 0 32 32" className="size-7 shrink-0" aria-hidden="true">
      <path
        className="fill-accent"
        d="M11.2 2h9.6a3 3 0 0 1 2.2 1l4.2 4.6a3 3 0 0 1 .8 2V27a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3V9.6a3 3 0 0 1 .8-2L9 3a3 3 0 0 1 2.2-1Z"
      />
      <circle className="fill-on-accent" cx="16" cy="8" r="2.4" />
      <path
        className="fill-none stroke-on-accent"
        d="m10 19.5 4.2 4.2 8.2-8.7"
        strokeWidth="3.2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
