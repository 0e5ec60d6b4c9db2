#!/usr/bin/env node
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { underNode24 } from './node24.js'

await underNode24(join(dirname(fileURLToPath(import.meta.url)), 'main.ts'), process.argv.slice(2))
