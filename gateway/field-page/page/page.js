import { acting, ask } from './ask.js'
import { liveTab } from './live.js'
import { planTab } from './plan.js'
import { scanTab } from './scan.js'
import { sheetTab } from './sheet.js'
import { field, isSilent } from './show.js'
import { sirenTab } from './siren.js'
import { el, fill, keepDraft, setText, state, two, words } from './state.js'

const POLL_MS = 1_000
const LOOK_MS = 500
const TABS = ['live', 'plan', 'scan', 'siren', 'sheet']
const BUILD = { live: liveTab, plan: planTab, scan: scanTab, siren: sirenTab, sheet: sheetTab }

function drawHead() {
  const { title, simulated, language, signOut } = words()
  document.documentElement.lang = state.language
  document.title = `${title} · Pitwatch`
  const name = state.site === null ? title : two(state.site.site.name)
  const other = el('button', {
    type: 'button',
    className: 'plain',
    textContent: language,
    lang: state.language === 'en' ? 'zh-CN' : 'en',
  })
  other.addEventListener('click', () => {
    state.language = state.language === 'en' ? 'zh-CN' : 'en'
    drawAll()
  })
  const out = el('button', { type: 'button', className: 'plain', textContent: signOut })
  out.addEventListener('click', () => void ask('/api/sign-out', { method: 'POST' }).finally(showSignIn))
  const mark =
    state.site?.site.simulated === true ? el('span', { className: 'simulated', textContent: simulated }) : null
  const children = [el('h1', { textContent: name }), mark, other, state.site === null ? null : out]
  document.getElementById('head').replaceChildren(...children.filter((child) => child !== null))
}

function drawTabs() {
  const buttons = TABS.map((tab) => {
    const button = el('button', { type: 'button', textContent: words().tabs[tab] })
    if (tab === state.tab) button.setAttribute('aria-current', 'page')
    button.addEventListener('click', () => {
      state.tab = tab
      drawAll()
      document.querySelector('#tabs [aria-current]').focus()
    })
    return button
  })
  const tabs = document.getElementById('tabs')
  tabs.setAttribute('aria-label', words().title)
  tabs.replaceChildren(...buttons)
  tabs.hidden = false
}

function drawAll() {
  drawHead()
  if (state.site === null) {
    showSignIn()
    return
  }
  drawTabs()
  document.getElementById('main').replaceChildren(...BUILD[state.tab]())
  state.update()
}

function drawSilence() {
  const banner = document.getElementById('silence')
  const isOver = state.site !== null && isSilent()
  document.body.classList.toggle('silent', isOver)
  if (isOver)
    setText(banner, fill(words().silent, { seconds: Math.floor((performance.now() - state.heardAt) / 5_000) * 5 }))
  banner.hidden = !isOver
}

function showSignIn() {
  state.site = null
  state.live = null
  state.update = () => undefined
  drawHead()
  const { signIn } = words()
  const by = el('input', {
    name: 'by',
    autocomplete: 'name',
    required: true,
    maxLength: 60,
    value: state.drafts.by ?? '',
  })
  const password = el('input', { name: 'password', type: 'password', autocomplete: 'current-password', required: true })
  const enter = el('button', { className: 'main', type: 'submit', textContent: signIn.enter })
  const said = el('div', { className: 'said' })
  const form = el(
    'form',
    { className: 'panel' },
    el('h2', { textContent: signIn.heading }),
    el('div', { className: 'fields' }, field(signIn.by, by), field(signIn.password, password), enter),
    el('p', { className: 'soft', textContent: signIn.about }),
    said,
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void acting(enter, said, async () => {
      state.by = (await ask('/api/sign-in', { body: { by: by.value, password: password.value } })).by
      keepDraft('by', state.by)
      await begin()
    })
  })
  document.getElementById('tabs').hidden = true
  document.getElementById('main').replaceChildren(form)
  drawSilence()
}

/** Takes a look at the gateway; a configuration that has changed makes the page anew. */
async function look() {
  const live = await ask('/api/live')
  const isOther = state.site === null || state.site.config !== live.config
  if (isOther) state.site = await ask('/api/site')
  state.live = live
  state.heardAt = performance.now()
  if (isOther) drawAll()
}

async function begin() {
  await look()
  state.update()
}

async function run() {
  const told = await ask('/texts')
  state.texts = told.texts
  state.reasons = told.reasons
  await ask('/api/session').then(
    async ({ by }) => {
      state.by = by
      await begin()
    },
    () => undefined,
  )
  if (state.site === null) showSignIn()
  setInterval(() => {
    drawSilence()
    if (state.site !== null) state.update()
  }, LOOK_MS)
  for (;;) {
    await new Promise((settle) => setTimeout(settle, POLL_MS))
    if (state.site !== null) await look().catch(() => undefined)
  }
}

state.signOut = showSignIn
void run()
