'use strict'
const { listenToAlarms } = require('../alarm-feed.ts')

/** Alarms in: the first output gives each transition as it comes, the second the list a message asks for. */
module.exports = (RED) => {
  RED.nodes.registerType('pitwatch-alarms', function PitwatchAlarms(config) {
    RED.nodes.createNode(this, config)
    const connection = RED.nodes.getNode(config.connection)
    if (!connection?.access) {
      this.status({ fill: 'red', shape: 'ring', text: RED._('pitwatch-alarms.status.not-set-up') })
      return
    }
    let malformed = 0
    const stop = listenToAlarms(connection.access, {
      alarm: (transition) => {
        if (config.site && config.site !== transition.site) return
        if (config.kind && config.kind !== transition.kind) return
        this.send([{ topic: `${transition.site}/${transition.rule}`, payload: transition }, null])
      },
      state: (state) => {
        const isConnected = state === 'connected'
        this.status({
          fill: isConnected ? 'green' : 'red',
          shape: isConnected ? 'dot' : 'ring',
          text: RED._(`pitwatch-alarms.status.${state}`),
        })
      },
      malformed: (topic) => {
        malformed += 1
        if (malformed === 1) this.warn(RED._('pitwatch-alarms.malformed', { topic }))
      },
    })
    this.on('input', async (message, send, done) => {
      try {
        const [alarms, sites] = await Promise.all([connection.api.alarms(), connection.api.sites()])
        send([null, { ...message, payload: { alarms, sites } }])
        done()
      } catch (error) {
        done(error)
      }
    })
    this.on('close', (done) => {
      stop().then(
        () => done(),
        () => done(),
      )
    })
  })
}
