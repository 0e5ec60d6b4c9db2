import type { Told } from '../wording.ts'

/** Which law says so, in which edition and article, in the other numbering too, and whether anybody has read it there. */
export function sourceZh(t: Told): string {
  const law = t.text('lawZh')
  if (law === null) return ''
  if (t.text('lawKind') === 'practice') return '该限值为工程经验值，不是法规数值。'
  const article = t.text('article')
  const at = article === null ? '' : `第 ${article} 条`
  const other = t.text('otherArticle')
  const also = other === null ? '' : `（${t.text('otherEdition') ?? ''} 版为第 ${other} 条）`
  const doubt = t.number('verified') === 0 ? '，数值尚未与原文核对' : ''
  return `依据《${law}》${t.text('edition') ?? ''} 版${at}${also}${doubt}。`
}

export function sourceEn(t: Told): string {
  const law = t.text('lawEn')
  if (law === null) return ''
  if (t.text('lawKind') === 'practice') return ' No law gives this limit; it is an engineering value.'
  const article = t.text('article')
  const at = article === null ? '' : `, article ${article}`
  const other = t.text('otherArticle')
  const also = other === null ? '' : ` (article ${other} in the ${t.text('otherEdition') ?? ''} edition)`
  const doubt = t.number('verified') === 0 ? '; the number was not checked against its text' : ''
  return ` By the ${law}, ${t.text('edition') ?? ''} edition${at}${also}${doubt}.`
}

/** What the law demands now. */
export function demandZh(t: Told): string {
  const demand = t.text('demandZh')
  return demand === null ? '' : `要求：${demand}`
}

export function demandEn(t: Told): string {
  const demand = t.text('demandEn')
  return demand === null ? '' : ` Required: ${demand}`
}

export function itemZh(t: Told): string {
  return t.text('itemZh') ?? t.what()
}

export function itemEn(t: Told): string {
  const item = t.text('itemEn')
  return item === null ? t.what() : item.charAt(0).toUpperCase() + item.slice(1)
}
