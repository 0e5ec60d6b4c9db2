import { config } from 'zod'

// Compiled schemas need eval, which the page's policy forbids. Imported before any schema, since making one already tries.
config({ jitless: true })
