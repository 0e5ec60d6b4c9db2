/** Fingerprint of the schema of `LiveMessage`. Made by `npm run gen`; do not edit. */
export const LIVE_REVISION = 'acaea05d3a45'
