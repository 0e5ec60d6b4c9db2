import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { basename, dirname, relative, resolve } from 'node:path'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import type { Sheet } from '../../gateway/technician/sheet.ts'
import { sheetHtml } from '../../gateway/technician/sheet-html.ts'
import { isGenuine, SignedSheet } from '../../gateway/technician/sheet-signature.ts'
import { parseYaml, readConfig } from '../../platform/config.ts'
import { VERSION } from '../../platform/version.ts'
import type { Call } from '../command.ts'
import { speaker } from '../messages.ts'

const say = speaker({
  genuine: {
    'zh-CN': '签名有效：{site}，{by}，{time}，结论：{verdict}。公钥指纹 {fingerprint}，请与网关的核对。',
    en: 'The signature is good: {site}, {by}, {time}, verdict: {verdict}. Compare the key {fingerprint} with the one of the gateway.',
  },
  pass: { 'zh-CN': '合格', en: 'pass' },
  fail: { 'zh-CN': '不合格', en: 'fail' },
  incomplete: { 'zh-CN': '未完成', en: 'incomplete' },
  pageGood: { 'zh-CN': '打印页 {file}：与签名数据一致', en: 'printed page {file}: as the signed data has it' },
  pageBad: {
    'zh-CN': '打印页 {file}：与签名数据不一致，以签名数据为准',
    en: 'printed page {file}: the printed page differs from the signed data; only the signed data counts',
  },
  pageOther: {
    'zh-CN': '打印页由 {made} 版生成，本机是 {own} 版；版本不同也会造成差异，请用 {made} 版核对。',
    en: 'It was made by version {made}, and this is {own}, which may be why: verify it with {made}.',
  },
  wantsJson: {
    'zh-CN': '{path}：应为核验单的 JSON 文件（{json}），签名在其中',
    en: "{path}: expected the sheet's JSON file ({json}): the signature is in there",
  },
  notJson: { 'zh-CN': '{path}：应为核验单的 JSON 文件：{why}', en: "{path}: expected a sheet's JSON file: {why}" },
  forged: {
    'zh-CN': '签名无效：内容在签名后被改动，或不是用所列公钥签的。',
    en: 'The signature is not good: the sheet was changed after it was signed, or signed by another key than it names.',
  },
  photoGood: { 'zh-CN': '照片 {file}：未改动', en: 'photo {file}: unchanged' },
  photoBad: { 'zh-CN': '照片 {file}：与核验单不符', en: 'photo {file}: not the one of the sheet' },
  photoMissing: { 'zh-CN': '照片 {file}：读不到（{why}）', en: 'photo {file}: cannot be read ({why})' },
})

/** A photo as a sheet written to `out` names it. Throws `config/unreadable`. */
export function photoOf(file: string, out: string): Sheet['photos'][number] {
  try {
    const bytes = readFileSync(file)
    return { file: relative(dirname(resolve(out)), resolve(file)), sha256: sha256(bytes), bytes: bytes.length }
  } catch (error) {
    throw new HouseError('config/unreadable', `${file}: expected a photo: ${messageOf(error)}`, { file }, error)
  }
}

/**
 * Says whether a sheet is as it was signed, its printed page as the signed data has it, and its photos as they were; answers
 * the exit code. Throws `config/…`.
 */
export function verifySheet(call: Call): number {
  const { language, print, complain } = call
  const path = call.operand(0)
  const signed = signedSheetIn(call, path)
  if (!isGenuine(signed)) {
    complain(say(language, 'forged'))
    return 1
  }
  const { sheet, signature } = signed
  const time = new Date(sheet.at).toISOString()
  print(
    say(language, 'genuine', {
      site: sheet.site.name[language],
      by: sheet.by,
      time,
      verdict: say(language, sheet.verdict),
      fingerprint: signature.fingerprint,
    }),
  )
  const pages = pagesBeside(path).map((file) => isPageOf(call, signed, file))
  const photos = sheet.photos.map(({ file, ...photo }) => {
    try {
      const isSame = sha256(readFileSync(resolve(dirname(path), file))) === photo.sha256
      if (isSame) print(say(language, 'photoGood', { file }))
      else complain(say(language, 'photoBad', { file }))
      return isSame
    } catch (error) {
      complain(say(language, 'photoMissing', { file: basename(file), why: messageOf(error) }))
      return false
    }
  })
  return [...pages, ...photos].includes(false) ? 1 : 0
}

/** The printed pages that stand beside a sheet's data, by the names `--out` gives them. */
function pagesBeside(path: string): readonly string[] {
  const stem = path.replace(/\.json$/i, '')
  return ['.html', '.htm', '.HTML', '']
    .map((ending) => `${stem}${ending}`)
    .filter((file) => file !== path && isFile(file))
}

function isPageOf({ language, print, complain }: Call, signed: SignedSheet, file: string): boolean {
  const isSame = readConfig(file) === sheetHtml(signed)
  if (isSame) print(say(language, 'pageGood', { file: basename(file) }))
  else complain(say(language, 'pageBad', { file: basename(file) }))
  const { software } = signed.sheet
  if (!isSame && software !== VERSION) complain(say(language, 'pageOther', { made: software, own: VERSION }))
  return isSame
}

/** Throws `config/unreadable`, or `config/invalid` for a file that is no sheet. */
function signedSheetIn({ language }: Call, path: string): SignedSheet {
  const text = readConfig(path)
  if (text.trimStart().startsWith('<')) {
    const json = path.replace(/(\.html?)?$/i, '.json')
    throw new HouseError('config/invalid', say(language, 'wantsJson', { path, json }), { path })
  }
  try {
    JSON.parse(text)
  } catch (error) {
    const [why = ''] = messageOf(error).split('\n')
    throw new HouseError('config/invalid', say(language, 'notJson', { path, why }), { path }, error)
  }
  // JSON is YAML, so what is missing in it is told about with its line.
  return parseYaml(text, path, SignedSheet)
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
