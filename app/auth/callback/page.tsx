import type { Metadata } from 'next';
import { callbackSettings } from '@/lib/server/sign-in';
import { FinishSignIn } from './finish-sign-in';

export const metadata: Metadata = {
  title: 'Finishing sign-in',
  // The address holds the authorization code: no other site is told it.
  referrer: 'no-referrer',
};

export default function CallbackPage() {
  return <FinishSignIn settings={callbackSettings()} />;
}
