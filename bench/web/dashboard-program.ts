// Node-RED with the flow of a bench, as a program of its own: `dashboard-program.ts FOLDER`, in which Dashboard 2 is installed. Tells the program
// that started it where it listens.
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import RED from 'node-red'
import { dashboardFlow } from './dashboard-flow.ts'

const [userDir = ''] = process.argv.slice(2)
writeFileSync(join(userDir, 'flows.json'), JSON.stringify(dashboardFlow()))
const server = createServer((request, response) => RED.httpNode(request, response))
RED.init(server, {
  ...{ userDir, flowFile: 'flows.json', httpAdminRoot: false, httpNodeRoot: '/', credentialSecret: false },
  logging: { console: { level: 'fatal', metrics: false, audit: false } },
})
await RED.start()
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.send?.({ url: `http://127.0.0.1:${port}` })
})
