import type { Language } from '../../core/contract/text.ts'
import { listSerialPorts, type SerialPortName } from '../../gateway/link/serial-ports.ts'
import { speaker } from '../messages.ts'

const say = speaker({
  ports: { 'zh-CN': '本机的串口：', en: 'Serial ports of this machine:' },
  none: {
    'zh-CN': '本机没有串口：检查 USB 转换器是否插好',
    en: 'This machine has no serial port: is the USB adapter plugged in?',
  },
})

/** The serial ports there are, as lines for a person; each by the name that lasts, where it has one. */
export async function serialNames(
  language: Language,
  list: () => Promise<readonly SerialPortName[]> = listSerialPorts,
): Promise<readonly string[]> {
  const ports = await list()
  if (ports.length === 0) return [say(language, 'none')]
  return [say(language, 'ports'), ...ports.map(({ path, byId, byPath }) => `  ${shown(path, byId ?? byPath)}`)]
}

function shown(path: string, lasting: string | null): string {
  return lasting === null ? path : `${lasting} → ${path}`
}
