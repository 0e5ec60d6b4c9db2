const TEXTS = {
  'zh-CN': {
    heading: '值班人员的手机',
    simulated: '模拟 · 并非真实手机',
    mark: '模拟手机 SIMULATED',
    other: 'English',
    duty: '值班员，先通知',
    leader: '带班领导，无人确认时通知',
    off: '关机',
    on: '开机',
    isOff: '手机已关机，消息送不到',
    empty: '没有消息',
    apps: {
      sms: '短信',
      call: '来电',
      dingtalk: '钉钉群',
      wecom: '企业微信群',
      feishu: '飞书群',
      mail: '邮件',
      'cloud-sms': '短信（云）',
      push: '推送',
      digest: '夜间摘要',
    },
    own: '我回复',
    write: '回复短信',
    send: '发送',
    times: (n) => `收到 ${n} 次`,
    lost: '与模拟器的连接已断开，正在重连…',
  },
  en: {
    heading: "The duty officers' phones",
    simulated: 'Simulated · not real phones',
    mark: '模拟手机 SIMULATED',
    other: '中文',
    duty: 'Duty officer, called first',
    leader: 'Leader on duty, called next',
    off: 'Switch off',
    on: 'Switch on',
    isOff: 'This phone is switched off; messages cannot reach it',
    empty: 'No messages',
    apps: {
      sms: 'SMS',
      call: 'Call',
      dingtalk: 'DingTalk group',
      wecom: 'WeCom group',
      feishu: 'Feishu group',
      mail: 'Mail',
      'cloud-sms': 'SMS (cloud)',
      push: 'Push',
      digest: "The night's digest",
    },
    own: 'You answered',
    write: 'Answer by SMS',
    send: 'Send',
    times: (n) => `received ${n} times`,
    lost: 'The line to the simulator is down, reconnecting…',
  },
}
/** The colour a message names at its beginning. */
const TONES = [
  [/【红】|\[RED\]/, 'red'],
  [/【橙】|\[ORANGE\]/, 'orange'],
  [/【黄】|\[YELLOW\]/, 'yellow'],
  [/【蓝】|\[BLUE\]/, 'blue'],
]
/** How a text says that it wants to be answered. */
const CODE = /Q\d{4}/
let language = navigator.language.startsWith('zh') ? 'zh-CN' : 'en'
let state = null
const seen = new Set()
const drafts = new Map()
const faults = new Map()
const text = () => TEXTS[language]

function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties)
  node.append(...children)
  return node
}

function clockText(at) {
  return new Date(at).toLocaleTimeString(language, { timeZone: 'Asia/Shanghai', hour12: false })
}

async function send(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return response.ok ? null : ((await response.json().catch(() => null))?.error ?? `HTTP ${response.status}`)
}

/** A line of a message; what is an address can be opened. */
function paragraph(line) {
  const url = /https?:\/\/\S+/.exec(line)?.[0]
  if (url === undefined) return make('span', { textContent: line })
  return make('a', { href: url, target: '_blank', rel: 'noopener', textContent: line })
}

function answerForm(phone, item) {
  const key = item.id
  const words = TEXTS[phone.officer.language]
  const code = CODE.exec(item.text)?.[0] ?? ''
  const field = make('input', { type: 'text', value: drafts.get(key) ?? code, maxLength: 500 })
  field.dataset.key = key
  field.setAttribute('aria-label', words.write)
  field.addEventListener('input', () => drafts.set(key, field.value))
  const form = make('form', { className: 'answer' }, field, make('button', { type: 'submit', textContent: words.send }))
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const fault = await send(`/phones/${phone.officer.id}/answer`, { to: item.from, text: field.value }).catch(String)
    if (fault === null) faults.delete(key)
    else faults.set(key, fault)
    drafts.delete(key)
    draw()
  })
  const fault = faults.get(key)
  return [form, ...(fault ? [make('p', { className: 'fault', role: 'alert', textContent: fault })] : [])]
}

function card(phone, item) {
  const words = TEXTS[phone.officer.language]
  const tone = TONES.find(([pattern]) => pattern.test(`${item.title ?? ''}${item.text}`))?.[1] ?? 'calm'
  const fresh = !seen.has(item.id)
  seen.add(item.id)
  const node = make(
    'article',
    { className: `card ${item.isOwn ? 'own' : tone}${fresh ? ' new' : ''}`, lang: phone.officer.language },
    make(
      'div',
      { className: 'top' },
      make('span', { className: `app ${item.app}`, textContent: item.isOwn ? words.own : words.apps[item.app] }),
      make('span', { textContent: item.from + (item.times > 1 ? ` · ${words.times(item.times)}` : '') }),
      make('time', { textContent: clockText(item.at) }),
    ),
  )
  node.dataset.app = item.app
  if (item.title !== null) node.append(make('p', { className: 'title', textContent: item.title }))
  node.append(make('p', { className: 'text' }, ...item.text.split('\n').map(paragraph)))
  if (item.app === 'sms' && !item.isOwn && CODE.test(item.text)) node.append(...answerForm(phone, item))
  return node
}

function drawPhone(phone) {
  const power = make('button', {
    type: 'button',
    className: 'power',
    textContent: phone.on ? text().off : text().on,
  })
  power.addEventListener('click', () => void send(`/phones/${phone.officer.id}/power`, { on: !phone.on }))
  const list = make('div', { className: 'list' })
  list.dataset.officer = phone.officer.id
  if (phone.items.length === 0)
    list.append(make('p', { className: 'empty', textContent: TEXTS[phone.officer.language].empty }))
  for (const item of phone.items) list.append(card(phone, item))
  return make(
    'section',
    { ariaLabel: phone.officer.name },
    make(
      'div',
      { className: 'owner' },
      make(
        'span',
        {},
        make('b', { textContent: phone.officer.name }),
        make('small', { textContent: text()[phone.officer.role] }),
      ),
      power,
    ),
    make(
      'div',
      { className: `phone${phone.on ? '' : ' off'}` },
      make(
        'div',
        { className: 'screen' },
        make(
          'div',
          { className: 'status' },
          make('span', { className: 'now', textContent: clockText(state.now).slice(0, 5) }),
          make('span', { textContent: '4G ▮▮▮' }),
        ),
        make('div', { className: 'mark', textContent: text().mark }),
        list,
        make('div', { className: 'dark', textContent: TEXTS[phone.officer.language].isOff }),
      ),
    ),
  )
}

function draw() {
  document.documentElement.lang = language
  for (const node of document.querySelectorAll('[data-text]')) node.textContent = text()[node.dataset.text]
  document.querySelector('#language').textContent = text().other
  if (state === null) return
  const focused = document.activeElement?.dataset?.key
  const caret = document.activeElement?.selectionStart
  const scrolls = new Map([...document.querySelectorAll('.list')].map((list) => [list.dataset.officer, list.scrollTop]))
  document.querySelector('main').replaceChildren(...state.phones.map(drawPhone))
  for (const list of document.querySelectorAll('.list')) list.scrollTop = scrolls.get(list.dataset.officer) ?? 0
  const again = [...document.querySelectorAll('.answer input')].find((node) => node.dataset.key === focused)
  again?.focus()
  if (caret !== undefined && caret !== null) again?.setSelectionRange(caret, caret)
}

document.querySelector('#language').addEventListener('click', () => {
  language = language === 'en' ? 'zh-CN' : 'en'
  draw()
})
const feed = new EventSource('/events')
feed.addEventListener('message', ({ data }) => {
  document.querySelector('#line').textContent = ''
  state = JSON.parse(data)
  draw()
})
feed.addEventListener('error', () => {
  document.querySelector('#line').textContent = text().lost
})
draw()
