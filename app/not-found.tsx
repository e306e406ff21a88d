import type { Metadata } from 'next';
import Link from 'next/link';
import { PageHeading } from './components/page-heading';

export const metadata: Metadata = { title: 'Page not found' };

export default function NotFound() {
  return (
    <>
      <PageHeading title="There is no page here">
        The address may be mistyped, or the page has moved. Nothing you did was lost.
      </PageHeading>
      <Link href="/" className="button button-main">
        Go to the start page
      </Link>
    </>
  );
}
