import { acting, ask } from './ask.js'
import { field } from './show.js'
import { el, fill, setText, state, two, words } from './state.js'

export function sirenTab() {
  const { siren } = words()
  state.update = () => undefined
  if (state.site.deterrents.length === 0) return [el('p', { textContent: siren.none })]
  return [el('p', { className: 'soft', textContent: siren.about }), ...state.site.deterrents.map(sirenOf)]
}

function sirenOf({ id, name, kind, device, coil, quiet, isSeen }) {
  const { siren } = words()
  const seconds = el(
    'select',
    { name: 'seconds' },
    ...[1, 2, 3, 4, 5].map((count) =>
      el('option', { value: String(count), textContent: String(count), selected: count === 2 }),
    ),
  )
  const button = el('button', { type: 'button', className: 'main sound', textContent: siren.arm })
  const hush = el('button', { type: 'button', textContent: siren.hush })
  const said = el('div', { className: 'said', role: 'status' })
  let armed = null
  let waiting = 0
  const disarm = () => {
    clearTimeout(waiting)
    armed = null
    button.className = 'main sound'
    setText(button, siren.arm)
  }
  const arm = async () => {
    const told = await ask('/api/siren/arm', { body: { output: id } })
    armed = told.armed
    button.className = 'armed sound'
    setText(button, fill(siren.confirm, { seconds: seconds.value }))
    waiting = setTimeout(disarm, told.withinMs - 500)
  }
  const sound = async () => {
    const body = { armed, seconds: Number(seconds.value) }
    disarm()
    said.replaceChildren(soundedText(await ask('/api/siren/sound', { body })))
  }
  button.addEventListener(
    'click',
    () => void acting(button, said, armed === null ? arm : sound).then(() => button.focus()),
  )
  hush.addEventListener('click', () => void acting(hush, said, () => ask('/api/siren/hush', { body: { output: id } })))
  seconds.addEventListener('change', disarm)
  const facts = [
    fill(siren.place, { device, coil }),
    isSeen ? siren.seen : siren.unseenOnly,
    quiet === null ? null : fill(siren.quiet, quiet),
  ]
  return el(
    'section',
    { className: 'output' },
    el('h2', { textContent: `${siren.kinds[kind]} · ${name === null ? id : two(name)}` }),
    el('p', { className: 'soft', textContent: facts.filter((fact) => fact !== null).join(' · ') }),
    el('div', { className: 'fields' }, field(siren.seconds, seconds), button, hush),
    said,
  )
}

function soundedText(sounded) {
  const { siren } = words()
  if (sounded.is === 'on') return el('p', { className: 'heard', textContent: fill(siren.on, sounded) })
  const why = sounded.is === 'refused' ? siren.because[sounded.because] : ''
  return el(
    'p',
    { className: 'fault' },
    `${siren[sounded.is]}${why === '' ? '' : ` · ${why}`} `,
    el('small', { lang: 'en', textContent: sounded.why }),
  )
}
