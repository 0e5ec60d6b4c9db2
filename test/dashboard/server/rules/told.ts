import type { ConfigContent } from '../../../../core/contract/config-lane.ts'
import { hashOfContent, packedContent } from '../../../../platform/site-config.ts'

/** What a gateway says of what it runs with. */
export function told(content: ConfigContent, how: { version?: number; body?: boolean; sha256?: string } = {}) {
  const { version = 0, body = true, sha256 = hashOfContent(content) } = how
  const running = { siteId: 'east-pit', at: 5, version, sha256, body: body ? packedContent(content) : null }
  return { topic: 'pitwatch/v1/demo/east-pit/running-config', payload: Buffer.from(JSON.stringify(running)) }
}
