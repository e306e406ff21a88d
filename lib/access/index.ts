/** Guards of route handlers, server actions and pages, by one table (`actions.ts`, which the browser reads, too). */

export {
  explainsRefusal,
  isApi,
  isLocal,
  isProtectedPage,
  isSessionRoute,
  isWithinInspector,
  signInPath,
} from './pages';
export {
  authenticate,
  countWrite,
  createProtect,
  type GuardLimits,
  type GuardOptions,
  insufficientScope,
  insufficientSignIn,
  type ProtectedHandler,
} from './protect';
export { type ActionRefusal, type ActionResult, createProtectAction } from './protect-action';
export type { Requirement } from './requirement';
export { protectedPathOf, protectedPaths } from './resources';
export { type SignInRules, signInRules } from './sign-in-rules';
export {
  type ExplainedViewer,
  type RefusedViewer,
  type SignedInViewer,
  type Viewer,
  viewerOf,
  wayTo,
} from './viewer';
