'use strict'
const { controlApi } = require('../control-api.ts')
const { controlAccess, domainTime } = require('../environment.ts')

/** The control room a flow talks to. What the node leaves empty comes from the environment, the token always does. */
module.exports = (RED) => {
  RED.nodes.registerType('pitwatch-connection', function PitwatchConnection(config) {
    RED.nodes.createNode(this, config)
    this.now = domainTime(process.env)
    try {
      this.access = controlAccess(process.env, config)
      this.api = controlApi(this.access)
    } catch (error) {
      this.access = null
      this.error(error.message)
    }
  })
}
