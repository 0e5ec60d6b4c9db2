import type { RegisterStatus, SiteFile, StandardState } from '../../../core/contract/register.ts'
import type { SiteKind } from '../../../core/contract/site.ts'

const STATUS_OF: Readonly<Record<SiteKind, RegisterStatus>> = {
  'closed-pit': 'closed',
  'sealed-shaft': 'guarded',
  'dewatering-pit': 'dewatering',
  'licensed-mine': 'licensed-working',
  'open-pit': 'licensed-working',
  'monitoring-tower': 'lookout',
}

/** Villages look each week. */
const CHECK_EVERY_DAYS = 7

const UNCHECKED: StandardState = { state: 'unchecked', date: null, note: '' }

/** The file of a site nobody has written about yet. */
export function blankFile(kind: SiteKind): SiteFile {
  return {
    status: STATUS_OF[kind],
    persons: {
      'county-leader': null,
      department: null,
      town: null,
      'first-finder': null,
      'first-reporter': null,
      'grid-worker': null,
      guard: null,
    },
    sealing: null,
    standards: {
      permits: UNCHECKED,
      explosives: UNCHECKED,
      power: UNCHECKED,
      shafts: UNCHECKED,
      ground: UNCHECKED,
      people: UNCHECKED,
    },
    checkEveryDays: CHECK_EVERY_DAYS,
    checks: [],
    notes: '',
  }
}
