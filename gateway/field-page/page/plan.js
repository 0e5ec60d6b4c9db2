import { ask, faultOf } from './ask.js'
import { numberText } from './show.js'
import { el, fill, state, words } from './state.js'

export function planTab() {
  const said = el('div', { className: 'said' })
  const list = el('div', {})
  state.update = () => undefined
  ask('/api/plan').then(
    (plan) => list.replaceChildren(...plan.buses.map((bus) => planOf(bus, plan.busyShare))),
    (error) => said.replaceChildren(faultOf(error)),
  )
  return [el('p', { className: 'soft', textContent: words().plan.about }), said, list]
}

function secondsText(ms) {
  return ms === null ? '—' : `${numberText(Number((ms / 1_000).toPrecision(3)))} s`
}

/** Grey as long as there is room. */
function bar(share, label, busyShare) {
  const used = el('i')
  used.style.width = `${Math.min(100, share * 100)}%`
  const isBusy = share > busyShare
  return el('div', { className: isBusy ? 'bar busy' : 'bar', role: 'img', 'aria-label': label }, used)
}

function planOf(bus, busyShare) {
  const { plan } = words()
  const percent = (share) => numberText(Number((share * 100).toPrecision(3)))
  const used = fill(plan.used, { percent: percent(bus.utilisation) })
  const verdict =
    bus.utilisation > 1
      ? plan.over
      : bus.utilisation > busyShare
        ? fill(plan.busy, { percent: percent(busyShare) })
        : plan.room
  const facts = [
    fill(plan.requests, { count: bus.requestsPerRound }),
    fill(plan.command, { ms: bus.worstCommandMs }),
    bus.fastestEveryMs === null ? null : fill(plan.fastest, { time: secondsText(bus.fastestEveryMs) }),
  ]
  const rows = bus.devices.map(({ device, utilisation, roundMs, worstAgeMs }) =>
    el(
      'tr',
      {},
      el('th', { scope: 'row' }, el('code', { textContent: device })),
      el(
        'td',
        { className: 'share' },
        bar(utilisation, `${device} ${plan.share}`, busyShare),
        `${percent(utilisation)} %`,
      ),
      el('td', { textContent: `${Math.round(roundMs)} ms` }),
      el('td', { textContent: ['fast', 'slow', 'rare'].map((poll) => secondsText(worstAgeMs[poll])).join(' / ') }),
    ),
  )
  const head = el(
    'tr',
    {},
    ...[plan.device, plan.share, plan.round, plan.age].map((name) => el('th', { scope: 'col', textContent: name })),
  )
  return el(
    'section',
    {},
    el(
      'div',
      { className: 'row' },
      el('h2', { textContent: bus.bus }),
      el('span', {
        className: bus.utilisation > busyShare ? 'word wrong' : 'word',
        textContent: `${used} · ${verdict}`,
      }),
    ),
    bar(bus.utilisation, `${bus.bus} ${used}`, busyShare),
    el('p', { className: 'soft', textContent: facts.filter((fact) => fact !== null).join(' · ') }),
    el(
      'div',
      { className: 'scroll', tabIndex: 0, role: 'region', 'aria-label': bus.bus },
      el('table', {}, el('thead', {}, head), el('tbody', {}, ...rows)),
    ),
  )
}
