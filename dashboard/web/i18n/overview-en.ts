import type { overviewZh } from './overview-zh-cn.ts'

/** Texts of the duty overview. */
export const overviewEn: typeof overviewZh = {
  map: 'County map',
  swap: { map: 'Map', list: 'Site list', key: 'Swap map and list', label: 'Shown on the left' },
  filter: {
    label: 'Filter by priority',
    all: 'All',
    key: (priority) => `${priority} alarms only`,
    hidden: (n) => `${n} hidden by filter`,
    hiddenRed: (n) => `${n} of them red · show`,
    showAll: 'Show all',
    none: (priority) => `No open ${priority.toLowerCase()} alarms.`,
  },
  keys: { acknowledge: 'Acknowledge the selected alarm', next: 'Next unacknowledged', close: 'Close the details' },
  drawer: {
    title: 'Details',
    close: 'Close',
    all: 'All details',
    site: 'Site',
    why: 'Why',
    value: 'Deciding values',
    called: 'Told',
    nobody: 'Nobody has been told yet.',
    none: 'Choose an alarm in the list or on the map; its details are shown here.',
    gone: 'This alarm is not among the open ones.',
    more: (n) => `${n} more, see all details`,
  },
  card: { close: 'Close the site' },
  list: { more: (n) => `Show ${n} more sites` },
  ticker: {
    label: 'Latest events',
    none: 'Nothing happened in the last 24 h.',
    happened: {
      raised: 'Raised',
      again: 'Raised again',
      acknowledged: 'Acknowledged',
      returned: 'Returned',
      closed: 'Closed',
    },
    channel: 'Channel',
    failed: (why) => `Cannot be read: ${why}`,
  },
  rate: {
    label: 'Alarm rate over 24 h',
    sentence: (total, most, over) =>
      over === 0
        ? `${total} new alarms in 24 h, at most ${most} in 10 min, never beyond the limit of 10`
        : `${total} new alarms in 24 h, at most ${most} in 10 min, beyond the limit of 10 ${over} times`,
    total: (n) => `${n} in 24 h`,
    most: (n) => `max ${n}/10 min · limit 10`,
    over: (n) => `over limit ${n}×`,
    limit: 'limit 10',
    bar: (time, n) => `10 min from ${time}: ${n}`,
    failed: 'The alarm rate cannot be read',
  },
}
