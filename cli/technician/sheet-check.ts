import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, dirname, relative, resolve } from 'node:path'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import type { Sheet } from '../../gateway/technician/sheet.ts'
import { isGenuine, SignedSheet } from '../../gateway/technician/sheet-signature.ts'
import { parseYaml, readConfig } from '../../platform/config.ts'
import type { Call } from '../command.ts'
import { speaker } from '../messages.ts'

const say = speaker({
  genuine: {
    'zh-CN': '签名有效：{site}，{by}，{time}。公钥指纹 {fingerprint}，请与网关的核对。',
    en: 'The signature is good: {site}, {by}, {time}. Compare the key {fingerprint} with the one of the gateway.',
  },
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

/** Says whether a sheet is as it was signed, and its photos as they were; answers the exit code. Throws `config/…`. */
export function verifySheet({ language, print, complain, ...call }: Call): number {
  const path = call.operand(0)
  const signed = signedSheetIn(path)
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
      fingerprint: signature.fingerprint,
    }),
  )
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
  return photos.includes(false) ? 1 : 0
}

/** Throws `config/unreadable`, or `config/invalid` for a file that is no sheet. */
function signedSheetIn(path: string): SignedSheet {
  // JSON is YAML, so a damaged file is told about with its line.
  return parseYaml(readConfig(path), path, SignedSheet)
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
