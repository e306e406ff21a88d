import type { Metadata } from 'next';
import { connection } from 'next/server';
import { callbackSettings } from '@/lib/server/sign-in';
import { FinishSignIn } from './finish-sign-in';

export const metadata: Metadata = {
  title: 'Finishing sign-in',
  // The address holds the authorization code: no other site is told it.
  referrer: 'no-referrer',
};

export default async function CallbackPage() {
  // The settings are those of the running app: with Cache Components the build would write its own into the page.
  await connection();
  return <FinishSignIn settings={callbackSettings()} />;
}
