import type { Texts } from './texts.ts'

/** The ways messages go out. */
export const channelPanel: Texts['channelPanel'] = {
  title: 'Channels',
  channel: 'Channel',
  state: 'State',
  why: 'Last word',
  lastAccepted: 'Last accepted',
  lastDelivered: 'Last delivered',
  counts: '24 hours',
  ofThem: ({ attempted, accepted, delivered, failed, waiting }) =>
    `sent ${attempted} · accepted ${accepted} · delivered ${delivered} · failed ${failed} · waiting ${waiting}`,
}
