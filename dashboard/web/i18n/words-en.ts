import type { Texts } from './texts.ts'

/** Words for on and off by quantity. */
export const switches: Texts['switches'] = {
  contact: ['On', 'Off'],
  running: ['Running', 'Stopped'],
  tamper: ['Tampered', 'Intact'],
  presence: ['Present', 'None'],
  stream: ['Online', 'Lost'],
  fault: ['Fault', 'Normal'],
  other: ['Yes', 'No'],
}

/** Why a reading is not good. */
export const reasons: Texts['reasons'] = {
  timeout: 'device does not answer',
  exception: 'device answered with an exception code',
  'link-down': 'port or connection is down',
  malformed: 'answer not understood',
  sentinel: 'device says: not available',
  'not-a-number': 'not a number',
  'out-of-range': 'outside the physical range',
  'open-loop': 'current loop is open',
  expired: 'out of date',
  'identity-mismatch': 'another device at this address',
  'stream-lost': 'event stream lost',
}

/** What people call the ways of telling somebody, by the id a channel commonly has. */
export const channels: Texts['alarm']['channels'] = {
  phone: 'phone',
  sms: 'text message',
  mail: 'e-mail',
  email: 'e-mail',
  webhook: 'webhook',
}

/** Acts of the ledger. */
export const acts: Texts['acts'] = {
  'ledger-opened': 'Ledger opened',
  'administrator-created': 'Administrator created',
  'signed-in': 'Signed in',
  'sign-in-refused': 'Sign-in refused',
  'signed-out': 'Signed out',
  'alarm-raised': 'Alarm raised',
  'alarm-updated': 'Alarm updated',
  'alarm-raised-again': 'Alarm raised again',
  'alarm-returned': 'Alarm returned',
  'alarm-acknowledged': 'Alarm acknowledged',
  'alarm-closed': 'Alarm closed',
  'alarm-noted': 'Note added',
  'alarm-judged': 'Alarm judged',
  'feedback-applied': 'Judgement taken by the gateway',
  'feedback-refused': 'Judgement refused by the gateway',
  'notice-queued': 'Notice queued',
  'notice-accepted': 'Notice accepted',
  'notice-failed': 'Notice failed',
  'notice-cancelled': 'Notice cancelled',
  'nobody-on-duty': 'Nobody on duty',
  'gateway-online': 'Gateway online',
  'gateway-offline': 'Gateway offline',
  'completeness-exported': 'Proof of completeness exported',
  'enrolment-token-issued': 'Enrolment token issued',
  'enrolment-token-used': 'Enrolment token used',
  'enrolment-token-void': 'Enrolment token void',
  'certificate-issued': 'Certificate issued',
  'certificate-renewed': 'Certificate renewed',
  'certificate-presented': 'Foreign certificate noted',
  'certificate-revoked': 'Certificate revoked',
  'configuration-pushed': 'Configuration sent',
  'configuration-applied': 'Configuration applied',
  'configuration-confirmed': 'Configuration in effect',
  'configuration-refused': 'Configuration refused by the gateway',
  'configuration-rolled-back': 'Configuration rolled back by itself',
}

/** Refusals an operator may meet. */
export const errors: Texts['errors'] = {
  'http/unauthenticated': 'The session has ended. Please sign in again.',
  'http/forbidden': 'This user may not do that.',
  'http/not-found': 'Not found.',
  'http/invalid': 'The content is not acceptable.',
  'http/conflict': 'Somebody else changed this in the meantime. See how it stands now.',
  'http/too-many': 'Too many attempts. Please wait.',
  'history/unavailable': 'The history does not answer at the moment.',
  'link/down': 'The control room server does not answer.',
  'message/malformed': 'The server’s answer does not follow the contract.',
}

/** What became of a message. */
export const noticeStates: Texts['alarm']['noticeState'] = {
  queued: 'Queued',
  sending: 'Sending',
  accepted: 'Accepted',
  failed: 'Failed',
  cancelled: 'Cancelled',
}
