import type { Calendar } from '../../core/contract/activity.ts'
import { dateAfter } from './days.ts'

/** Public holidays of mainland China with their worked weekends, as announced by the State Council for 2025 and 2026. */
export const HOLIDAYS: Calendar = {
  calendar: 'pit-cn',
  source: 'State Council notices of November 2024 and November 2025',
  years: {
    '2025': {
      announced: true,
      festivals: [],
      off: [
        '2025-01-01',
        ...run('2025-01-28', 8),
        ...run('2025-04-04', 3),
        ...run('2025-05-01', 5),
        ...run('2025-05-31', 3),
        ...run('2025-10-01', 8),
      ],
      worked: ['2025-01-26', '2025-02-08', '2025-04-27', '2025-09-28', '2025-10-11'],
    },
    '2026': {
      announced: true,
      festivals: [],
      off: [
        ...run('2026-01-01', 3),
        ...run('2026-02-15', 9),
        ...run('2026-04-04', 3),
        ...run('2026-05-01', 5),
        ...run('2026-06-19', 3),
        ...run('2026-09-25', 3),
        ...run('2026-10-01', 7),
      ],
      worked: ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'],
    },
  },
}

function run(from: string, days: number): string[] {
  return Array.from({ length: days }, (_, day) => dateAfter(from, day))
}
