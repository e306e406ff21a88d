'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ComponentProps } from 'react';
import { PlainLink } from '../plain-link';

const pages = [
  { href: '/token', name: 'Token' },
  { href: '/inspect', name: 'Inspect' },
  { href: '/notes', name: 'Notes' },
  { href: '/sessions', name: 'Sessions' },
];

/**
 * The pages of the app, with the current one marked. Not prefetched: a look at a link must not renew a session.
 * Signed out they are plain links, for they lead to the sign-in page, and only a navigation may.
 */
export function NavLinks({ signedIn }: { signedIn: boolean }) {
  const pathname = usePathname();
  const Anchor = signedIn ? UnprefetchedLink : PlainLink;
  return pages.map(({ href, name }) => (
    <li key={href}>
      <Anchor
        href={href}
        aria-current={pathname === href ? 'page' : undefined}
        className="flex min-h-11 items-center rounded-lg px-3 font-medium text-soft max-md:px-2 hover:bg-sunken hover:text-ink aria-[current=page]:bg-tint aria-[current=page]:text-accent sm:min-h-10"
      >
        {name}
      </Anchor>
    </li>
  ));
}

function UnprefetchedLink({ href, ...rest }: ComponentProps<'a'> & { href: string }) {
  return <Link href={href} prefetch={false} {...rest} />;
}
