import { installTrustedTypes } from './lib/http/trusted-types';

// Run by Next in the browser before anything else, on error pages too.
installTrustedTypes(window);
