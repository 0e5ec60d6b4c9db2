import { accessSync, constants, existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import type { Language } from '../../core/contract/text.ts'
import { speaker } from '../messages.ts'

const say = speaker({
  taken: {
    'zh-CN': '{path} 已存在，没有覆盖；换一个 --out',
    en: '{path} exists and was left as it is; name another --out',
  },
  noFolder: {
    'zh-CN': '--out {path}：应为可写的现有目录中的文件：{why}',
    en: '--out {path}: expected a file in a folder that exists and can be written to: {why}',
  },
})

/** Throws `config/unreadable`, before any time is spent, when one of the files cannot be made or is there already. */
export function mustBeNew(language: Language, paths: readonly string[]): void {
  for (const path of paths) {
    if (existsSync(path)) throw new HouseError('config/unreadable', say(language, 'taken', { path }), { path })
    try {
      accessSync(dirname(resolve(path)), constants.W_OK)
    } catch (error) {
      const told = say(language, 'noFolder', { path, why: messageOf(error) })
      throw new HouseError('config/unreadable', told, { path }, error)
    }
  }
}
