import { ageText, gatewayNow, isSilent, numberText, timeText, valueText } from './show.js'
import { el, fill, setText, state, two, words } from './state.js'

function pointRow(ref, point) {
  const name = point.name === null ? point.point : two(point.name)
  const value = el('span', { className: 'value' })
  const unit = el('small', { textContent: point.unit === '' ? '' : ` ${point.unit}` })
  const told = el('small', {})
  const word = el('span', { className: 'word' })
  const row = el(
    'li',
    { className: 'point' },
    el(
      'div',
      { className: 'row' },
      el('span', {}, name, ' ', el('code', { textContent: point.point })),
      el('span', {}, value, unit),
    ),
    el('div', { className: 'row' }, told, word),
  )
  row.dataset.ref = ref
  const draw = () => {
    const { quality, age, validUntil } = words()
    const seen = state.live.values[ref]
    if (seen === undefined) {
      row.dataset.state = 'stale'
      setText(value, '—')
      setText(told, age.never)
      setText(word, quality.stale)
      return
    }
    const [came, worth, reason, at, until] = seen
    const isStale = isSilent() || gatewayNow() > until
    row.dataset.state = isStale ? 'stale' : worth
    setText(value, valueText(came, point))
    setText(told, `${ageText(gatewayNow() - at)} · ${fill(validUntil, { time: timeText(until) })}`)
    const why = reason === null ? '' : ` · ${two(state.reasons[reason])}`
    setText(word, `${isStale ? quality.stale : quality[worth]}${why}`)
    word.className = worth === 'bad' || isStale ? 'word wrong' : 'word'
  }
  return { row, draw }
}

function factRows() {
  const { facts, sources, alone, calling } = words()
  const { health, isConnected } = state.live
  const { outbox, clock } = health
  const megabytes = (bytes) => (bytes / 1_048_576).toFixed(1)
  const source = sources[clock.source]
  const memory = outbox.state === 'memory' ? ` · ${facts.memory}` : ''
  const own = health.alone
  const called = own !== undefined && own.calling > 0 ? ` · ${fill(calling, { count: own.calling })}` : ''
  return [
    [facts.uplink, isConnected ? facts.connected : facts.disconnected],
    [
      facts.outbox,
      fill(facts.outboxText, { readings: outbox.readings, alarms: outbox.alarm, megabytes: megabytes(outbox.bytes) }) +
        memory,
    ],
    [
      facts.clock,
      clock.uncertaintyMs === null
        ? fill(facts.clockUnknown, { source })
        : fill(facts.clockWithin, { seconds: numberText(Number((clock.uncertaintyMs / 1_000).toFixed(3))), source }),
    ],
    ...(own === undefined ? [] : [[facts.alone, alone[own.state] + called]]),
    [facts.program, fill(facts.programText, { version: health.version, megabytes: megabytes(health.rssBytes) })],
  ]
}

function alarmRow({ rule, point, priority, raisedAt }) {
  const { priorities, since } = words()
  const name = state.site.rules[rule]
  return el(
    'li',
    { className: 'live' },
    el('span', { className: `mark ${priority}`, textContent: priorities[priority] }),
    ' ',
    name === undefined ? rule : two(name),
    ' ',
    el('code', { textContent: point }),
    ' ',
    el('small', { textContent: fill(since, { time: timeText(raisedAt) }) }),
  )
}

function busRow({ id, line }) {
  const head = el('span', { className: 'word' })
  const told = el('small', {})
  const row = el(
    'li',
    { className: 'live' },
    el('div', { className: 'row' }, el('b', { textContent: id }), head),
    el('div', {}, el('code', { textContent: line })),
    told,
  )
  const draw = () => {
    const seen = state.live.health.buses.find((one) => one.id === id)
    if (seen === undefined) return
    setText(head, words().bus[seen.state])
    head.className = seen.state === 'up' ? 'word' : 'word wrong'
    setText(told, fill(words().bus.counters, seen))
  }
  return { row, draw }
}

function deviceSection(device) {
  const head = el('span', { className: 'word' })
  const told = el('small', {})
  const rows = device.points.map((point) => pointRow(`${device.id}/${point.point}`, point))
  const where =
    device.bus === null ? '' : ` · ${device.bus} · ${fill(words().address, { address: device.address ?? '' })}`
  const section = el(
    'section',
    {},
    el('div', { className: 'row live' }, el('h3', { textContent: two(device.name) }), head),
    el('p', { className: 'live' }, el('code', { textContent: `${device.id} · ${device.profile}${where}` }), ' ', told),
    el('ul', {}, ...rows.map(({ row }) => row)),
  )
  const draw = () => {
    const seen = state.live.health.devices.find((one) => one.id === device.id)
    head.hidden = seen === undefined
    if (seen !== undefined) {
      setText(head, words().device[seen.state])
      head.className = seen.state === 'answers' ? 'word' : 'word wrong'
      const ms = (value) => (value < 10 ? value.toFixed(1) : Math.round(value))
      setText(
        told,
        seen.latencyMs === null
          ? ''
          : fill(words().latency, { p50: ms(seen.latencyMs.p50), p999: ms(seen.latencyMs.p999) }),
      )
    }
    for (const row of rows) row.draw()
  }
  return { section, draw }
}

export function liveTab() {
  const { alarms, noAlarms, buses, devices } = words()
  const facts = el('dl', { className: 'live' })
  const open = el('ul', {})
  const lines = state.site.buses.map(busRow)
  const sections = state.site.devices.map(deviceSection)
  state.update = () => {
    const rows = factRows()
    if (facts.childElementCount !== rows.length * 2) facts.replaceChildren(...rows.flatMap(() => [el('dt'), el('dd')]))
    for (const [index, [name, text]] of rows.entries()) {
      setText(facts.children[index * 2], name)
      setText(facts.children[index * 2 + 1], text)
    }
    const told = JSON.stringify(state.live.alarms)
    if (open.dataset.told !== told) {
      open.dataset.told = told
      open.replaceChildren(
        ...(state.live.alarms.length === 0
          ? [el('li', { className: 'soft', textContent: noAlarms })]
          : state.live.alarms.map(alarmRow)),
      )
    }
    for (const one of [...lines, ...sections]) one.draw()
  }
  return [
    el('section', {}, facts),
    el('section', {}, el('h2', { textContent: alarms }), open),
    el('section', {}, el('h2', { textContent: buses }), el('ul', {}, ...lines.map(({ row }) => row))),
    el('h2', { textContent: devices }),
    ...sections.map(({ section }) => section),
  ]
}
