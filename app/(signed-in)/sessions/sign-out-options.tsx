import type { Reach } from '@/lib/session';
import { Section } from '../../components/section';
import { SignOut } from '../../components/sign-out';

const options: readonly { reach: Reach; name: string; what: string }[] = [
  {
    reach: 'app',
    name: 'Sign out of this app',
    what: 'Ends this session. Your provider still knows you in this browser, so signing in again may not ask for a password.',
  },
  {
    reach: 'provider',
    name: 'Sign out here and at the provider',
    what: 'Ends this session, and the one at your provider in this browser. The button at the top of every page does the same.',
  },
  {
    reach: 'everywhere',
    name: 'Sign out everywhere',
    what: 'As above, and ends all your other sessions in this app, on every browser and device.',
  },
];

/** The ways to sign out, by how far they reach. */
export function SignOutOptions() {
  return (
    <Section id="sign-out" title="Sign out">
      <ul className="card divide-y divide-line py-1!">
        {options.map(({ reach, name, what }) => (
          <li key={reach} className="space-y-2 py-4">
            <SignOut reach={reach}>{name}</SignOut>
            <p className="text-sm text-soft">{what}</p>
          </li>
        ))}
      </ul>
    </Section>
  );
}
