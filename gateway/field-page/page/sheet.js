import { acting, ask, faultOf } from './ask.js'
import { draftField, gatewayNow, isSilent, valueText } from './show.js'
import { el, fill, keepDraft, setText, state, two, words } from './state.js'
import { photoBox } from './photos.js'

function handRow(ref, point) {
  const { sheet } = words()
  const name = `${point.name === null ? point.point : two(point.name)} ${sheet.hand}`
  const value = el('span', { className: 'value' })
  const draft = `hand ${ref}`
  const typed =
    point.kind === 'boolean' ? choiceOf(draft, point) : draftField(draft, '', { inputMode: 'decimal' }).control
  typed.setAttribute('aria-label', name)
  const own = draftField(`tolerance ${ref}`, '', {
    placeholder: sheet.ownTolerance,
    'aria-label': `${name} ${sheet.ownTolerance}`,
  }).control
  typed.dataset.hand = ref
  own.hidden = point.kind === 'boolean'
  const unit = point.unit === '' ? '' : ` ${point.unit}`
  const row = el(
    'li',
    { className: 'point' },
    el(
      'div',
      { className: 'row' },
      el('span', { textContent: point.name === null ? point.point : two(point.name) }),
      el('span', {}, value, el('small', { textContent: unit })),
    ),
    el('div', { className: 'hand' }, typed, own),
  )
  const draw = () => {
    const seen = state.live.values[ref]
    const isStale = seen === undefined || isSilent() || gatewayNow() > seen[4]
    row.dataset.state = isStale ? 'stale' : seen[1]
    setText(value, seen === undefined ? '—' : valueText(seen[0], point))
  }
  return { row, draw }
}

function choiceOf(draft, point) {
  const { sheet } = words()
  const options = [
    ['', sheet.skip],
    ['true', valueText(true, point)],
    ['false', valueText(false, point)],
  ]
  const choice = el('select', {}, ...options.map(([value, textContent]) => el('option', { value, textContent })))
  choice.value = state.drafts[draft] ?? ''
  choice.addEventListener('change', () => keepDraft(draft, choice.value))
  return choice
}

/** What was typed, as the sheet wants it. */
function readings() {
  const given = {}
  for (const device of state.site.devices.filter(({ bus }) => bus !== null)) {
    for (const { point, kind } of device.points.filter(({ isByHand }) => isByHand)) {
      const ref = `${device.id}/${point}`
      const typed = (state.drafts[`hand ${ref}`] ?? '').trim().replace(',', '.')
      const tolerance = (state.drafts[`tolerance ${ref}`] ?? '').trim().replace(',', '.')
      if (typed === '') continue
      // What is no number is sent as it is, so that the gateway says which field is wrong.
      const value = kind === 'boolean' ? typed === 'true' : Number.isNaN(Number(typed)) ? typed : Number(typed)
      given[ref] =
        tolerance === '' ? value : { value, tolerance: tolerance.endsWith('%') ? tolerance : Number(tolerance) }
    }
  }
  return given
}

export function sheetTab() {
  const { sheet } = words()
  const by = draftField('by', sheet.by, { value: state.by ?? '', maxLength: 60 })
  const tolerance = draftField('tolerance', sheet.tolerance, { value: '2%' })
  by.control.name = 'by'
  const rows = []
  const sections = state.site.devices
    .filter(({ bus }) => bus !== null)
    .map((device) => {
      const own = device.points
        .filter(({ isByHand }) => isByHand)
        .map((point) => handRow(`${device.id}/${point.point}`, point))
      rows.push(...own)
      return el(
        'section',
        {},
        el('h3', {}, two(device.name), ' ', el('code', { textContent: device.id })),
        el('ul', {}, ...own.map(({ row }) => row)),
      )
    })
  const make = el('button', { className: 'main', type: 'submit', textContent: sheet.make })
  const said = el('div', { className: 'said' })
  const status = el('div', { role: 'status', className: 'making' })
  const photos = photoBox()
  const kept = el('ul', { className: 'kept' })
  const form = el(
    'form',
    { className: 'panel' },
    el('p', { className: 'soft', textContent: sheet.about }),
    el('div', { className: 'fields' }, by.label, tolerance.label),
    ...sections,
    photos.box,
    el('div', { className: 'actions' }, make),
    said,
    status,
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void acting(make, said, async () => {
      const sha256s = (state.sheet?.photos ?? []).map(({ sha256 }) => sha256)
      const body = { by: by.control.value, tolerance: tolerance.control.value, readings: readings(), photos: sha256s }
      state.sheet = await ask('/api/sheet', { body })
    })
  })
  const draw = () => {
    for (const row of rows) row.draw()
    if (state.sheet === null) return
    photos.draw()
    make.disabled = state.sheet.making?.state === 'reading'
    drawMaking(status)
    drawKept(kept)
  }
  const look = async () => {
    if (state.sheet === null || state.sheet.making?.state === 'reading') state.sheet = await ask('/api/sheet')
    draw()
  }
  state.update = () => {
    for (const row of rows) row.draw()
    void look().catch(() => undefined)
  }
  state.sheet = null
  state.update()
  return [form, el('section', {}, el('h2', { textContent: sheet.kept }), kept)]
}

function links(name) {
  const { sheet } = words()
  return el(
    'div',
    { className: 'actions' },
    el('a', { className: 'button', href: `/sheets/${name}.html`, download: `${name}.html`, textContent: sheet.html }),
    el('a', { className: 'button', href: `/sheets/${name}.json`, download: `${name}.json`, textContent: sheet.json }),
  )
}

function drawKept(kept) {
  const told = `${state.sheet.sheets.join()} ${state.language}`
  if (kept.dataset.told === told) return
  kept.dataset.told = told
  const rows = state.sheet.sheets.map((name) => el('li', {}, el('code', { textContent: name }), links(name)))
  kept.replaceChildren(
    ...(rows.length === 0 ? [el('li', { className: 'soft', textContent: words().sheet.none })] : rows),
  )
}

function withUnit(ref, value) {
  const [id, name] = ref.split('/')
  const point = state.site.devices.find((one) => one.id === id)?.points.find((one) => one.point === name)
  return point === undefined ? String(value) : `${valueText(value, point)} ${point.unit}`.trim()
}

function drawMaking(status) {
  const { sheet } = words()
  const told = JSON.stringify([state.sheet.making, state.language])
  if (status.dataset.told === told) return
  status.dataset.told = told
  const { making } = state.sheet
  if (making === null) return
  if (making.state === 'reading') {
    const text = fill(sheet.reading, { device: making.device ?? '', read: making.read, of: making.of })
    status.replaceChildren(
      el('p', { textContent: text }),
      el('progress', { max: making.of, value: making.read, 'aria-label': text }),
    )
    return
  }
  if (making.state === 'failed') {
    status.replaceChildren(el('p', { textContent: sheet.failed }), faultOf(making.error))
    return
  }
  const { name, verdict, fingerprint, unreached, compared } = making.made
  const rows = compared.map(({ ref, value, hand, verdict: result }) =>
    el(
      'li',
      {},
      el(
        'div',
        { className: 'row' },
        el('code', { textContent: ref }),
        el('span', { className: result === 'pass' ? 'word' : 'word wrong', textContent: sheet.results[result] }),
      ),
      el('div', { textContent: `${withUnit(ref, value)} · ${sheet.hand} ${withUnit(ref, hand)}` }),
    ),
  )
  const lost =
    unreached.length === 0
      ? []
      : [el('p', { className: 'fault', textContent: fill(sheet.unreached, { buses: unreached.join(', ') }) })]
  status.replaceChildren(
    el('p', {
      className: `made ${verdict}`,
      textContent: fill(sheet.made, { verdict: sheet.verdicts[verdict], fingerprint }),
    }),
    ...lost,
    el('ul', {}, ...rows),
    links(name),
  )
}
