import type { ComponentProps } from 'react';
import { withBasePath } from '@/lib/config/base-path';

/**
 * A link to a page of this app that the browser follows by itself, a whole page anew: on the way to sign-in and back, where
 * the frame must be drawn again, and where a look at the link must not ask for the page.
 */
export function PlainLink({ href, ...rest }: ComponentProps<'a'> & { href: string }) {
  return <a href={withBasePath(href)} {...rest} />;
}
