/** For tests of an app: a development provider that does what it is told, and a sign-in at it in a browser. */

export type { Fault, Order } from '../../idp/control';
export {
  type ProviderConfig,
  startProvider,
  type TestProvider,
  withProvider,
} from './provider';
export { allow, enterPassword, type SignInAs, signInAs } from './sign-in';
