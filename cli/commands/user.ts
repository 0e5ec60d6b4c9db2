import { Role, Scope } from '../../core/contract/access.ts'
import type { UserDesk } from '../../dashboard/server/access/user-desk.ts'
import { boxed, padded } from '../columns.ts'
import { type Call, type Command, UsageError } from '../command.ts'
import { COMMAND_LINE, withUsers } from '../control-users.ts'
import { speaker } from '../messages.ts'
import { choiceOption } from '../option-values.ts'

const ACTS = ['list', 'add', 'set', 'remove', 'factor'] as const
type Act = (typeof ACTS)[number]

const say = speaker({
  user: { 'zh-CN': '用户：{user}', en: 'user: {user}' },
  password: { 'zh-CN': '密码：{password}', en: 'password: {password}' },
  once: { 'zh-CN': '只显示这一次。', en: 'Shown this once.' },
  set: {
    'zh-CN': '{user}：{role}，{scope}。其会话全部失效。',
    en: '{user}: {role}, {scope}. Their sessions have ended.',
  },
  removed: { 'zh-CN': '{user} 已删除。', en: '{user} is removed.' },
  factor: {
    'zh-CN': '{user} 的动态口令已取消，可在监控中心内重新启用。',
    en: 'The authenticator of {user} is taken away; they can set up another at the control room.',
  },
  county: { 'zh-CN': '全县', en: 'the whole county' },
  hasFactor: { 'zh-CN': '动态口令', en: 'second factor' },
  needed: { 'zh-CN': 'pitwatch user {act}：缺少 {name}', en: 'pitwatch user {act}: expected {name}, came nothing' },
  unknownAct: {
    'zh-CN': 'ACT：应为 {known} 之一，却是 {came}',
    en: 'ACT: expected one of {known}, came {came}',
  },
  badVillage: {
    'zh-CN': '--villages：应为 乡镇/村，却是 {came}',
    en: '--villages: expected TOWN/VILLAGE, came {came}',
  },
})

/** Sees to who may sign in to the control room, also when nobody can any more. */
export const command: Command = {
  name: 'user',
  summary: { 'zh-CN': '管理监控中心的用户', en: 'see to the users of the control room' },
  operands: [
    {
      name: 'ACT',
      about: {
        'zh-CN': 'list 列出，add 新增，set 改角色与范围，remove 删除，factor 取消动态口令',
        en: 'list, add, set (role and places), remove, or factor (take an authenticator away)',
      },
    },
    { name: 'USER', about: { 'zh-CN': '用户名', en: 'user name' }, isOptional: true },
  ],
  options: {
    role: { value: 'ROLE', about: { 'zh-CN': `角色：${Role.options.join('、')}`, en: Role.options.join(', ') } },
    towns: {
      value: 'TOWN,…',
      about: { 'zh-CN': '只看这些乡镇（默认全县）', en: 'sees these towns only (default the whole county)' },
    },
    villages: { value: 'TOWN/VILLAGE,…', about: { 'zh-CN': '只看这些村', en: 'sees these villages only' } },
    data: {
      value: 'DIR',
      about: {
        'zh-CN': '监控中心的存储目录或数据目录（默认 data）',
        en: "the control room's store or up's data folder (default data)",
      },
    },
  },
  run: async (call) => {
    const came = call.operand(0)
    const act = ACTS.find((known) => known === came)
    if (act === undefined) throw new UsageError(say(call.language, 'unknownAct', { came, known: ACTS.join(', ') }))
    const name = call.operand(1)
    if (act !== 'list' && name === '') throw new UsageError(say(call.language, 'needed', { act, name: 'USER' }))
    const lines = await withUsers(call, LINES[act](call, name))
    for (const line of lines) call.print(line)
    return 0
  },
}

type Work = (users: UserDesk) => Promise<readonly string[]>

const LINES: Readonly<Record<Act, (call: Call, name: string) => Work>> = {
  list: (call) => async (users) =>
    (await users.list()).map(({ name, role, scope, secondFactor }) => {
      const facts = [padded(name, 24), padded(role, 14), scopeText(call, scope)]
      return [...facts, ...(secondFactor ? [say(call.language, 'hasFactor')] : [])].join('  ').trimEnd()
    }),
  add: (call, name) => {
    const [role, scope] = [roleOf(call, 'add'), scopeOf(call)]
    return async (users) => {
      const { password } = await users.add({ name, role, scope }, COMMAND_LINE)
      return boxed(
        (['user', 'password', 'once'] as const).map((key) => say(call.language, key, { user: name, password })),
      )
    }
  },
  set: (call, name) => {
    const [role, scope] = [roleOf(call, 'set'), scopeOf(call)]
    return async (users) => {
      await users.set(name, { role, scope }, COMMAND_LINE)
      return [say(call.language, 'set', { user: name, role, scope: scopeText(call, scope) })]
    }
  },
  remove: (call, name) => async (users) => {
    await users.remove(name, COMMAND_LINE)
    return [say(call.language, 'removed', { user: name })]
  },
  factor: (call, name) => async (users) => {
    await users.removeFactor(name, COMMAND_LINE)
    return [say(call.language, 'factor', { user: name })]
  },
}

function roleOf(call: Call, act: Act): Role {
  const role = choiceOption(call, 'role', Role.options)
  if (role === null) throw new UsageError(say(call.language, 'needed', { act, name: '--role' }))
  return role
}

function scopeOf(call: Call): Scope {
  const towns = listOf(call.option('towns'))
  const villages = listOf(call.option('villages')).map((text) => {
    const [town = '', village = '', ...more] = text.split('/')
    if (town === '' || village === '' || more.length > 0)
      throw new UsageError(say(call.language, 'badVillage', { came: text }))
    return { town, village }
  })
  if (towns.length + villages.length === 0) return { of: 'county' }
  return Scope.parse({ of: 'places', towns, villages })
}

function listOf(text: string | null): readonly string[] {
  return (text ?? '').split(/[,，]/).flatMap((part) => (part.trim() === '' ? [] : [part.trim()]))
}

function scopeText(call: Call, scope: Scope): string {
  if (scope.of === 'county') return say(call.language, 'county')
  return [...scope.towns, ...scope.villages.map(({ town, village }) => `${town}/${village}`)].join(', ')
}
