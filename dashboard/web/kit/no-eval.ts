import { z } from 'zod'

// Compiled schemas need eval, which the page's policy forbids. Imported before any schema, since making one already tries.
z.config({ jitless: true })
