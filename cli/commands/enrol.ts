import { type Call, type Command, UsageError } from '../command.ts'
import { portOption } from '../option-values.ts'
import { say } from '../enrol/texts.ts'

/** Gives gateways an identity: both sides of it. */
export const command: Command = {
  name: 'enrol',
  summary: {
    'zh-CN': '网关入网：签发令牌、领取证书、列出、吊销、生成 Mosquitto 配置',
    en: 'enrol gateways: issue a token, get a certificate, list, revoke, write files for Mosquitto',
  },
  operands: [
    {
      name: 'new|list|revoke|mosquitto|TOKEN',
      about: {
        'zh-CN': '监控中心一侧：new 签发令牌，list 列出证书，revoke 吊销，mosquitto 生成配置；网关一侧：令牌文本',
        en: 'at the control room: new (a token), list, revoke, mosquitto; on the gateway: the text of a token',
      },
    },
  ],
  options: {
    site: {
      value: 'ID|FILE',
      about: {
        'zh-CN': '站点编号（new、revoke），或网关的 site.yaml',
        en: "the site's id (new, revoke), or the gateway's site.yaml",
      },
    },
    control: {
      value: 'FILE',
      about: {
        'zh-CN': '监控中心配置（默认 control.yaml）',
        en: "the control room's configuration (default control.yaml)",
      },
    },
    valid: {
      value: 'TIME',
      about: { 'zh-CN': '令牌有效期（默认 24h）', en: 'how long the token is good (default 24h)' },
    },
    serial: { value: 'HEX', about: { 'zh-CN': '只吊销这一张证书', en: 'take back this certificate only' } },
    reason: { value: 'TEXT', about: { 'zh-CN': '吊销原因', en: 'why it is taken back' } },
    out: { value: 'DIR', about: { 'zh-CN': 'Mosquitto 配置的目录', en: 'folder for the files for Mosquitto' } },
    names: {
      value: 'LIST',
      about: { 'zh-CN': 'Mosquitto 的主机名或地址，逗号分隔', en: "Mosquitto's host names or addresses, with commas" },
    },
    port: { value: 'PORT', about: { 'zh-CN': 'Mosquitto 的端口（默认 8883）', en: "Mosquitto's port (default 8883)" } },
  },
  run: async (call) => {
    const what = call.operand(0)
    const file = call.option('control') ?? 'control.yaml'
    const control = () => import('../enrol/control-side.ts')
    switch (what) {
      case 'new': {
        const { newToken } = await control()
        return newToken(call, { site: needed(call, what, 'site'), valid: call.option('valid') ?? '24h', file })
      }
      case 'list':
        return (await control()).listCertificates(call, file)
      case 'revoke': {
        const { revokeCertificates } = await control()
        const [site, reason] = [needed(call, what, 'site'), needed(call, what, 'reason')]
        return revokeCertificates(call, { site, reason, serial: call.option('serial'), file })
      }
      case 'mosquitto': {
        const { writeMosquitto } = await control()
        const names = (call.option('names') ?? '').split(',').filter((name) => name !== '')
        return writeMosquitto(call, {
          out: needed(call, what, 'out'),
          names,
          port: portOption(call, 'port') ?? 8_883,
          file,
        })
      }
      default: {
        const { enrolGateway } = await import('../enrol/gateway-side.ts')
        return enrolGateway(call, what, call.option('site') ?? 'site.yaml')
      }
    }
  },
}

function needed(call: Call, what: string, name: string): string {
  const value = call.option(name)
  if (value === null) throw new UsageError(say(call.language, 'needed', { what: `pitwatch enrol ${what}`, name }))
  return value
}
