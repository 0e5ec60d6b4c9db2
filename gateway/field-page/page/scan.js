import { acting, ask, faultOf } from './ask.js'
import { field } from './show.js'
import { el, fill, state, words } from './state.js'

export function scanTab() {
  const { scan } = words()
  const bus = el(
    'select',
    { name: 'bus' },
    ...state.site.buses.map(({ id }) => el('option', { value: id, textContent: id })),
  )
  const units = el('input', { name: 'units', value: '1-247', inputMode: 'text', autocomplete: 'off' })
  const within = el('input', { name: 'withinS', type: 'number', min: 10, max: 1_800, value: 600 })
  const start = el('button', { className: 'main', type: 'submit', textContent: scan.start })
  const cancel = el('button', { type: 'button', className: 'cancel', textContent: scan.cancel })
  const said = el('div', { className: 'said' })
  const status = el('div', { role: 'status' })
  const found = el('div', { className: 'found' })
  const form = el(
    'form',
    { className: 'panel' },
    el('p', { className: 'soft', textContent: scan.about }),
    el('div', { className: 'fields' }, field(scan.bus, bus), field(scan.units, units), field(scan.within, within)),
    el('div', { className: 'actions' }, start, cancel),
    said,
  )
  const draw = () => {
    const isRunning = state.scan?.state === 'running'
    start.disabled = isRunning
    cancel.hidden = !isRunning
    drawScan(status, found)
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void acting(start, said, async () => {
      state.scan = (
        await ask('/api/scan', { body: { bus: bus.value, units: units.value, withinS: Number(within.value) } })
      ).scan
    }).then(draw)
  })
  cancel.addEventListener(
    'click',
    () =>
      void acting(cancel, said, async () => (state.scan = (await ask('/api/scan/cancel', { method: 'POST' })).scan)),
  )
  const look = async () => {
    if (state.scan === undefined || state.scan?.state === 'running') state.scan = (await ask('/api/scan')).scan
    draw()
  }
  state.update = () => void look().catch(() => undefined)
  state.scan = undefined
  cancel.hidden = true
  state.update()
  return [form, status, found]
}

function drawScan(status, found) {
  const { scan } = words()
  if (!state.scan) return
  const { state: stage, progress, withinS, report, error } = state.scan
  const spent = Math.round((report?.spentMs ?? progress.spentMs) / 1_000)
  const told = `${stage} ${spent} ${progress.unit} ${progress.found} ${state.language}`
  if (status.dataset.told === told) return
  status.dataset.told = told
  const text = fill(scan[stage], { spent, within: withinS, unit: progress.unit ?? '—', found: progress.found })
  const bar = stage === 'running' ? el('progress', { max: withinS, value: spent, 'aria-label': text }) : null
  status.replaceChildren(
    el('p', { className: stage, textContent: text }),
    ...(bar === null ? [] : [bar]),
    ...(error === null ? [] : [faultOf(error)]),
  )
  found.replaceChildren(...(report === null ? [] : [el('section', {}, ...foundRows(report))]))
}

function foundRows(report) {
  const { scan } = words()
  const model = ({ candidates: [best, second] }) =>
    best === undefined
      ? scan.unrecognised
      : `${best.profile} · ${fill(scan.sure, { percent: Math.round(best.confidence * 100) })}${second === undefined ? '' : ` · ${second.profile} ${Math.round(second.confidence * 100)} %`}`
  const row = (address, name, word, isWrong) =>
    el(
      'li',
      {},
      el(
        'div',
        { className: 'row' },
        el('b', { textContent: `${scan.unit} ${address}` }),
        el('span', { className: isWrong ? 'word wrong' : 'word', textContent: word }),
      ),
      el('div', { textContent: name }),
    )
  const known = (device) => (device === null ? scan.unknown : fill(scan.known, { device }))
  const serial = ({ serial: number }) =>
    number === null || number === undefined ? '' : ` · ${fill(scan.serial, { serial: number })}`
  const devices = state.site.devices
  const rows = [
    ...report.units.map((one) => row(one.unit, model(one) + serial(one), known(one.device), one.device === null)),
    ...report.meters.map((one) => row(one.address, model(one), known(one.device), one.device === null)),
    ...report.garbled.map((unit) => row(unit, '', scan.garbled, true)),
    ...report.silent.map((id) => row(devices.find((one) => one.id === id)?.address ?? '', id, scan.silent, true)),
  ]
  const notes = [
    report.units.length + report.meters.length === 0 ? scan.nothing : null,
    report.isCrowded ? scan.crowded : null,
    report.untried > 0 ? fill(scan.untried, { count: report.untried }) : null,
    report.losses > 0 ? fill(scan.losses, { count: report.losses }) : null,
  ]
  return [
    el('ul', {}, ...rows),
    ...notes.filter((note) => note !== null).map((note) => el('p', { className: 'soft', textContent: note })),
  ]
}
