import { useState } from 'preact/hooks'
import type { GatewayHealth } from '../../../core/contract/lanes.ts'
import { usePage, useTexts } from '../page.ts'
import { busShares, countText, msText } from '../show/bus-words.ts'
import { clockNeedsPerson, clockWords } from '../show/clock-words.ts'
import { spanText } from '../show/time.ts'
import { useFetched } from './use-fetched.ts'
import { useZone } from './use-zone.ts'

/** A gateway reports every 10 s. */
const EVERY_MS = 10_000

interface BusPanelProps {
  readonly site: string
}

/** What the site's gateway says of its buses and of the devices on them. Asked for only while somebody has it open. */
export function BusPanel({ site }: BusPanelProps) {
  const texts = useTexts().bus
  const [isOpen, setOpen] = useState(false)
  return (
    <details class="panel bus-panel" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary class="panel-title">
        <h2>{texts.title}</h2>
      </summary>
      {isOpen && <BusReport site={site} />}
    </details>
  )
}

function BusReport({ site }: BusPanelProps) {
  const { api, live, times } = usePage()
  const all = useTexts()
  const texts = all.bus
  const round = Math.floor(live.now.value / EVERY_MS)
  const fetched = useFetched(`gateway/${site}`, live.state.value.epoch + round, (signal) => api.gateway(site, signal))
  const zone = times(useZone(site))
  const health = fetched.data?.health ?? null
  const receivedAt = fetched.data?.receivedAt ?? null
  if (health === null || receivedAt === null) return <p class="empty">{texts.none}</p>
  const { readings, alarm, evidence } = health.outbox
  return (
    <div class="bus-report">
      {health.buses.map((bus) => (
        <BusLine key={bus.id} bus={bus} sinceMs={health.at - health.startedAt} />
      ))}
      {health.devices.length > 0 && <DeviceTable devices={health.devices} />}
      <StoreLine outbox={health.outbox} />
      <p class={clockNeedsPerson(health.clock) ? 'watch-word' : 'soft'} data-clock={health.clock.source}>
        {clockWords(health.clock, all)}
      </p>
      <p class="soft">
        {texts.waiting(countText(readings), countText(alarm), countText(evidence))} · {texts.receivedAt}{' '}
        <time>{zone.near(receivedAt, live.now.value)}</time>
      </p>
    </div>
  )
}

/** How much longer the gateway can keep what it cannot send, and what it could not keep; nothing where all is well. */
function StoreLine({ outbox }: { readonly outbox: GatewayHealth['outbox'] }) {
  const all = useTexts()
  const texts = all.bus
  const { hoursLeft, reduced, dropped, state } = outbox
  const words = [
    ...(state === 'memory' ? [texts.inMemory] : []),
    ...(reduced > 0 ? [texts.reduced(countText(reduced))] : []),
    ...(dropped > 0 ? [texts.dropped(countText(dropped))] : []),
    ...(hoursLeft === null ? [] : [texts.room(spanText(hoursLeft * 3_600_000, all))]),
  ]
  if (words.length === 0) return null
  const isBad = state === 'memory' || reduced > 0 || dropped > 0
  return <p class={isBad ? 'watch-word' : 'soft'}>{words.join(' · ')}</p>
}

interface BusLineProps {
  readonly bus: GatewayHealth['buses'][number]
  readonly sinceMs: number
}

function BusLine({ bus, sinceMs }: BusLineProps) {
  const texts = useTexts().bus
  const shares = busShares(bus, sinceMs)
  return (
    <p class="bus-line">
      <strong>{bus.id}</strong> <span class={bus.state === 'up' ? 'quiet-word' : 'watch-word'}>{texts[bus.state]}</span>{' '}
      <span>
        {texts.used(shares.busy)} · {texts.dead(shares.dead)}
      </span>
      <br />
      <span class="soft">
        {[
          texts.answered(countText(bus.exchanges)),
          texts.timeouts(countText(bus.timeouts)),
          texts.exceptions(countText(bus.exceptions)),
          texts.malformed(countText(bus.malformed)),
          texts.discarded(countText(bus.discardedBytes)),
          texts.stale(countText(bus.staleAnswers)),
          texts.reconnects(countText(bus.reconnects)),
        ].join(' · ')}
      </span>
    </p>
  )
}

function DeviceTable({ devices }: { readonly devices: GatewayHealth['devices'] }) {
  const texts = useTexts().bus
  return (
    <div class="table-scroll">
      <table class="bus-devices">
        <thead>
          <tr>
            <th scope="col">{texts.device}</th>
            <th scope="col">{texts.state}</th>
            <th scope="col">
              {texts.latency} <span class="soft">{texts.latencyHint}</span>
            </th>
            <th scope="col">{texts.allowed}</th>
            <th scope="col">{texts.round}</th>
            <th scope="col">{texts.late}</th>
            <th scope="col">{texts.skipped}</th>
          </tr>
        </thead>
        <tbody>
          {devices.map(({ id, state, latencyMs, timeoutMs, roundMs, lateMs, skippedRounds }) => (
            <tr key={id}>
              <th scope="row">{id}</th>
              <td>
                <span class={state === 'answers' ? 'quiet-word' : 'watch-word'}>{texts.states[state]}</span>
              </td>
              <td>{latencyMs === null ? '–' : `${msText(latencyMs.p50)} / ${msText(latencyMs.p999)}`}</td>
              <td>{msText(timeoutMs)}</td>
              <td>{msText(roundMs)}</td>
              <td>{msText(lateMs)}</td>
              <td>{countText(skippedRounds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
