import { z } from 'zod'
import { Roster } from '../../core/contract/roster.ts'
import { openSqlite } from '../../platform/sqlite.ts'

/** The roster as the control room has it: the newest that could be read, until then the configuration's. */
export interface RosterReader {
  roster(): Roster
}

const Row = z.object({ document: z.string() })

export function openRosterReader(path: string, configured: Roster): RosterReader {
  let known = configured
  return {
    roster: () => {
      known = newest(path) ?? known
      return known
    },
  }
}

/** Null where it cannot be read: people have to be found all the same. */
function newest(path: string): Roster | null {
  try {
    using db = openSqlite(path, [], { readOnly: true })
    const row = db.one(Row, 'select document from rosters order by version desc limit 1')
    return row === null ? null : Roster.parse(JSON.parse(row.document))
  } catch {
    return null
  }
}
