import type { configs as first } from './configs-zh-cn.ts'

/** Texts of a site's configurations. */
export const configs: typeof first = {
  title: 'Remote configuration',
  about:
    'The gateway checks it, applies it, and goes back by itself when it cannot reach the control room afterwards. Devices that did not change are not touched.',
  none: 'None was sent; the gateway uses its own file.',
  own: 'its own file',
  running: (version) => `The gateway runs ${version}`,
  version: (n) => `version ${n}`,
  copyOf: (n) => `as version ${n}`,
  by: 'By',
  at: 'At',
  state: 'State',
  waiting: 'Waits for the gateway',
  states: {
    received: 'Received',
    validated: 'Checked',
    applied: 'Applied, to be confirmed',
    confirmed: 'In effect',
    refused: 'Refused by the gateway',
    'rolled-back': 'Rolled back by itself',
  },
  whys: {
    off: "the gateway's own file takes none from here",
    malformed: 'it is damaged',
    signature: 'its signature is not trusted',
    'other-site': 'it is of another site',
    'old-version': 'its version is too old',
    invalid: 'it has faults',
    'not-kept': "the gateway's disk refuses it",
    'not-applied': 'it could not be applied',
    unreachable: 'the control room was not heard afterwards',
    'file-changed': "the gateway's own file was changed on site",
  },
  look: 'See changes',
  pick: 'Choose site.yaml (with device profiles)',
  before: (n) => `Beside version ${n}`,
  first: 'The first version',
  same: 'Nothing is different.',
  push: 'Send',
  restore: (n) => `Go back to version ${n}`,
  busy: 'Sending…',
  cancel: 'Cancel',
  faults: 'Faults',
  deploy: (kept, restarted, added, removed) =>
    `Devices: ${kept} untouched, ${restarted} restarted, ${added} added, ${removed} removed`,
  late: (late, measured) => `${measured} measured, ${late} later than one period`,
  badFiles: {
    none: 'expected one site.yaml, came none',
    several: 'expected one site.yaml, came several; a device profile begins with profile:',
  },
}
