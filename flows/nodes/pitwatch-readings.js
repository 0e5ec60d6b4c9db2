'use strict'
const { newReadings } = require('../reading-watch.ts')

const LEAST_PERIOD_MS = 1_000

/** Readings in: asks the control room for a site's points and hands out what is new. */
module.exports = (RED) => {
  RED.nodes.registerType('pitwatch-readings', function PitwatchReadings(config) {
    RED.nodes.createNode(this, config)
    const connection = RED.nodes.getNode(config.connection)
    if (!connection?.access) {
      this.status({ fill: 'red', shape: 'ring', text: RED._('pitwatch-readings.status.not-set-up') })
      return
    }
    const filter = { ...(config.device && { device: config.device }), ...(config.point && { point: config.point }) }
    let handed = new Map()
    let timer = null
    let closed = false
    let failing = null

    const sites = async () => (config.site ? [config.site] : (await connection.api.sites()).map(({ site }) => site.id))
    const read = async () => {
      for (const site of await sites()) {
        const found = newReadings(await connection.api.site(site), handed, { now: connection.now(), filter })
        handed = found.handed
        if (closed) return
        for (const reading of found.news) {
          const topic = `${reading.site}/${reading.device}/${reading.point}`
          this.send({ topic, payload: reading.value, reading })
        }
      }
    }
    const work = async () => {
      try {
        await read()
        failing = null
        this.status({ fill: 'green', shape: 'dot', text: RED._('pitwatch-readings.status.reading') })
      } catch (error) {
        if (failing !== error.message) this.warn(error.message)
        failing = error.message
        this.status({ fill: 'red', shape: 'ring', text: error.message.slice(0, 80) })
      }
      if (!closed) timer = setTimeout(work, Math.max(LEAST_PERIOD_MS, 1_000 * (Number(config.every) || 5)))
    }
    void work()
    this.on('close', () => {
      closed = true
      clearTimeout(timer)
    })
  })
}
