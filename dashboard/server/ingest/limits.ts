import type { Topic } from '../../../core/contract/topics.ts'
import { refusal } from './refusals.ts'

const KB = 1 << 10

/**
 * Throws `message/malformed` for a message longer than any that a gateway sends on its topic, before anything is read of it.
 * Births of a large site take some tens of kilobytes, links, trends and parts of pictures are cut to 16 kB.
 */
export function checkSize(topic: Topic, bytes: number): void {
  const most = mostBytes(topic)
  if (bytes > most) throw refusal('too-large', `${topic.kind}: expected at most ${most} bytes, came ${bytes}`)
}

function mostBytes(topic: Topic): number {
  switch (topic.kind) {
    case 'sparkplug-node':
    case 'sparkplug-device':
      return 512 * KB
    case 'range':
    case 'trend':
    case 'alarm':
    case 'edge-act':
    case 'health':
    case 'evidence':
      return 256 * KB
    case 'clock-ask':
    case 'clock-answer':
    case 'receipt':
      return 4 * KB
    case 'config':
    case 'config-report':
    case 'running-config':
    case 'command':
    case 'duty':
    case 'alarm-word':
      return 1024 * KB
  }
}
