import Link from 'next/link';
import { Account, TokenRefused } from './account';
import { Logo } from './logo';
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
          <ul className="flex gap-1">
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
