import { UsageError, type Command } from '../command.ts'

/** Lists the rule types a site file can arm, with their parameters. */
export const command: Command = {
  name: 'rules',
  summary: {
    'zh-CN': '列出规则类型：看什么、服务于八查哪一项、有哪些参数',
    en: 'list the types of rules: what each watches, which of the eight checks it serves, its parameters',
  },
  operands: [
    {
      name: 'TYPE',
      isOptional: true,
      about: { 'zh-CN': '只看这一类型，含全部参数', en: 'this type alone, with all its parameters' },
    },
  ],
  options: {
    json: {
      about: {
        'zh-CN': '以 JSON 输出，含每个类型参数的 JSON Schema（可绘制表单）',
        en: 'as JSON, with the JSON Schema of the parameters of each type, from which a form can be drawn',
      },
    },
  },
  run: async (call) => {
    const { ruleForms } = await import('../../core/rules/forms.ts')
    const { listText, typeText } = await import('../rules/listing.ts')
    const { say } = await import('../rules/texts.ts')
    const forms = ruleForms()
    const wanted = call.operand(0)
    const chosen = wanted === '' ? forms : forms.filter(({ type }) => type === wanted)
    if (chosen.length === 0) {
      const known = forms.map(({ type }) => type).join(', ')
      throw new UsageError(say(call.language, 'unknownType', { came: wanted, known }))
    }
    const [first] = chosen
    if (call.has('json')) call.print(JSON.stringify(wanted === '' ? chosen : first, null, 2))
    else if (wanted === '' || first === undefined) for (const line of listText(forms, call.language)) call.print(line)
    else for (const line of typeText(first, call.language)) call.print(line)
    return 0
  },
}
