/** Guards of route handlers, server actions and pages, by one table (`actions.ts`, which the browser reads, too). */

export { explainsRefusal, isApi, isLocal, isProtectedPage, isSessionRoute, signInPath } from './pages';
export { authenticate, createProtect, type GuardOptions, insufficientScope } from './protect';
export { type ActionRefusal, createProtectAction } from './protect-action';
export { protectedPaths, resourceNames } from './resources';
export {
  type ExplainedViewer,
  type RefusedViewer,
  type SignedInViewer,
  type Viewer,
  viewerOf,
  wayTo,
} from './viewer';
