'use strict'
const { noteWriter } = require('../alarm-note.ts')

/** Adds a note to an alarm: the alarm is msg.alarm (an id) or that of msg.payload, the text msg.note or msg.payload. */
module.exports = (RED) => {
  RED.nodes.registerType('pitwatch-note', function PitwatchNote(config) {
    RED.nodes.createNode(this, config)
    const connection = RED.nodes.getNode(config.connection)
    if (!connection?.access) {
      this.status({ fill: 'red', shape: 'ring', text: RED._('pitwatch-note.status.not-set-up') })
      return
    }
    const notes = noteWriter(connection.api)
    this.on('close', () => notes.close())
    this.on('input', async (message, send, done) => {
      const alarm = message.alarm ?? message.payload?.occurrence ?? message.payload?.id
      const text = message.note ?? (typeof message.payload === 'string' ? message.payload : undefined) ?? config.text
      if (typeof alarm !== 'string' || alarm === '') return done(new Error(RED._('pitwatch-note.no-alarm')))
      if (typeof text !== 'string' || text === '') return done(new Error(RED._('pitwatch-note.no-text')))
      try {
        const noted = await notes.add(alarm, text)
        this.status({ fill: 'green', shape: 'dot', text: RED._('pitwatch-note.status.noted') })
        send({ ...message, payload: noted })
        done()
      } catch (error) {
        this.status({ fill: 'red', shape: 'ring', text: error.message.slice(0, 80) })
        done(error)
      }
    })
  })
}
