import { setTimeout as sleep } from 'node:timers/promises'
import { FIRST_PREV, type Link } from '../../core/contract/chain.ts'
import { Receipt } from '../../core/contract/lanes.ts'
import { UtcMs } from '../../core/contract/time.ts'
import { topicText } from '../../core/contract/topics.ts'
import { encodeRangeBody, type RangeBatch } from '../../core/decode/range-body.ts'
import { encodeLinkMessage, hashOfBody, hashOfLink, packBody } from '../../platform/chain.ts'
import { openMqtt } from '../../platform/mqtt.ts'
import { quietLog } from '../../test/support/quiet-log.ts'
import {
  DATING,
  DEVICE,
  GROUP,
  type Message,
  type Pit,
  pitOf,
  POINT_NAMES,
  POINTS_PER_DEVICE,
  SITES,
  VALID_FOR_MS,
  valueOf,
} from './county.ts'

/** What the process is asked to send. */
export type Order =
  | { readonly kind: 'births' }
  /** Fifty readings a message, QoS 0, at a steady pace; `typed` for a decoder that needs the type of each value beside it. */
  | { readonly kind: 'live' | 'typed'; readonly readings: number; readonly perSecond: number }
  /** Ranges, QoS 1, of each site so many without a receipt at a time, from the newest to the oldest; a quarter more beforehand, then it waits for `go`. */
  | { readonly kind: 'ranges'; readonly readings: number }
  | { readonly kind: 'go' }

/** Commits of fifty readings in one range: as many readings as a gateway closes one with. */
const COMMITS_PER_RANGE = 80
const UNRECEIPTED_PER_SITE = 6
const STEP_MS = 1_000

/** A process that stands in for the gateways of a county. Argument: broker address. It answers each order when it is done. */
const [url = ''] = process.argv.slice(2)
const startedAt = Date.now()
const pits = Array.from({ length: SITES }, (_, index) => pitOf(index, startedAt))
const waiting = new Map<string, () => void>()

const link = openMqtt(
  { url },
  {
    clientId: 'feed',
    log: quietLog(),
    onConnect: (session) => session.subscribe([`pitwatch/v1/${GROUP}/+/receipt`]),
    onMessage: ({ payload }) => {
      const receipt = Receipt.parse(JSON.parse(Buffer.from(payload).toString()))
      if (receipt.lane !== 'range') return
      if (receipt.verdict === 'reject') throw new Error(`rejected: ${receipt.reason ?? ''}`)
      if (receipt.verdict === 'accept') waiting.get(`${receipt.stream} ${receipt.n}`)?.()
    },
  },
)
process.once('disconnect', () => process.exit(0))
const gone = Promise.withResolvers<undefined>()
process.on('message', (order: Order) => {
  if (order.kind === 'go') gone.resolve(undefined)
  else void carryOut(order).then((sent) => process.send?.({ sent }))
})
process.send?.({ started: true })

async function carryOut(order: Exclude<Order, { readonly kind: 'go' }>): Promise<number> {
  while (link.session() === null) await sleep(20)
  if (order.kind === 'births') {
    for (const message of pits.flatMap((pit) => pit.births())) await publish(message, 0)
    return 0
  }
  return order.kind === 'ranges' ? ranges(order.readings) : live(order)
}

function publish({ topic, payload }: Message, qos: 0 | 1): Promise<void> {
  return link.publish(topic, payload, { qos })
}

async function live({ kind, readings, perSecond }: Extract<Order, { readonly perSecond: number }>): Promise<number> {
  const from = performance.now()
  let sent = 0
  let turn = 0
  while (sent < readings) {
    const due = Math.min(readings, ((performance.now() - from) / 1_000) * perSecond)
    for (; sent < due; sent += POINTS_PER_DEVICE) {
      const pit = pits[turn++ % SITES]
      if (pit !== undefined) void publish(kind === 'typed' ? pit.liveTyped(Date.now()) : pit.live(Date.now()), 0)
    }
    await sleep(5)
  }
  return sent
}

async function ranges(readings: number): Promise<number> {
  const perRange = COMMITS_PER_RANGE * POINTS_PER_DEVICE
  const count = Math.ceil(readings / perRange / SITES)
  const warm = Math.ceil(count / 4)
  const made = pits.map((pit) => ({ stream: pit.stream, links: linksOf(pit, count + warm) }))
  // The start, and then the ranges from the newest on; the clock of the bench runs when the first quarter has warmed the other side up.
  const all = Array.from({ length: count + warm }, (_, index) => count + warm - index)
  await Promise.all(made.map((one) => drain(one, [0, ...all.slice(0, warm)])))
  process.send?.({ warm: true })
  await gone.promise
  await Promise.all(made.map((one) => drain(one, all.slice(warm))))
  return count * perRange * SITES
}

interface Chain {
  readonly stream: string
  readonly links: readonly Message[]
}

async function drain({ stream, links }: Chain, numbers: readonly number[]): Promise<void> {
  const under = new Set<Promise<void>>()
  for (const n of numbers) {
    const message = links[n]
    if (message === undefined) throw new Error(`link ${n} was not made`)
    const one = deliver(`${stream} ${n}`, message).finally(() => under.delete(one))
    under.add(one)
    if (under.size >= UNRECEIPTED_PER_SITE) await Promise.race(under)
  }
  await Promise.all(under)
}

/** Sends until it is receipted. */
async function deliver(name: string, message: Message): Promise<void> {
  const receipted = new Promise<true>((resolve) => waiting.set(name, () => resolve(true)))
  for (;;) {
    await publish(message, 1)
    const isDone = await Promise.race([receipted, sleep(3_000, false, { ref: false })])
    if (isDone) break
  }
  waiting.delete(name)
}

/** The chain of one pit: its start, and `count` ranges a second apart, which end at the start of this process. */
function linksOf({ site, stream }: Pit, count: number): Message[] {
  const begin = startedAt - count * COMMITS_PER_RANGE * STEP_MS
  const dating = { ...DATING, offsetMs: begin }
  const about = { site, stream }
  const topic = topicText({ kind: 'range', group: GROUP, site })
  const at = UtcMs.parse(begin)
  const start: Link = { kind: 'start', ...about, n: 0, prev: FIRST_PREV, dating, at, before: null, livedUntil: null }
  const messages = [
    { topic, payload: encodeLinkMessage({ head: { link: start, fidelity: 'raw' }, body: new Uint8Array() }) },
  ]
  let prev = hashOfLink(start)
  for (let range = 0; range < count; range++) {
    const batches = Array.from({ length: COMMITS_PER_RANGE }, (_, index) =>
      commitOf(begin, range * COMMITS_PER_RANGE + index),
    )
    const body = encodeRangeBody(batches)
    const from = range * COMMITS_PER_RANGE * POINTS_PER_DEVICE
    const last = begin + ((range + 1) * COMMITS_PER_RANGE - 1) * STEP_MS
    const one: Link = {
      ...{
        kind: 'range',
        ...about,
        n: range + 1,
        prev,
        from,
        to: from + COMMITS_PER_RANGE * POINTS_PER_DEVICE - 1,
        dating,
      },
      at: [UtcMs.parse(begin + range * COMMITS_PER_RANGE * STEP_MS), UtcMs.parse(last)],
      body: hashOfBody(body),
    }
    prev = hashOfLink(one)
    messages.push({ topic, payload: encodeLinkMessage({ head: { link: one, fidelity: 'raw' }, body: packBody(body) }) })
  }
  return messages
}

function commitOf(begin: number, step: number): RangeBatch {
  const readings = POINT_NAMES.map((point, place) => ({
    ...{ point, value: valueOf(place, step), quality: 'good' as const, reason: null },
    ...{ mono: step * STEP_MS, at: begin + step * STEP_MS, validForMs: VALID_FOR_MS },
  }))
  return { device: DEVICE, firstSeq: step * POINTS_PER_DEVICE, readings }
}
