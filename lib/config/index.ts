/** The settings of an app: what they are, and how they are read. */

export type { AuthorizeParams } from './authorize-params';
export { beforeStop } from './before-stop';
export type { ClientKey } from './client-key';
export {
  type ClientAuth,
  type Config,
  ConfigError,
  type ConfigProblem,
  type EmbeddedSettings,
  type ProviderSettings,
} from './config';
export type { Environment } from './fields';
export { keepSecret } from './generated-secret';
export type { Log } from './log';
export type { ProxySettings } from './proxy';
export { lookAtConfig, readConfig } from './read';
export type { TrustedProxy } from './trusted-proxy';
export { WorkUnderWay } from './under-way';
