/** Shortest password a person may choose, in characters. (NIST SP 800-63B asks for 8, and 15 where there is nothing else) */
export const SHORTEST_PASSWORD = 12

/** Words that lists of leaked passwords begin with: with digits and signs around them they are guessed first. */
const WORDS: ReadonlySet<string> = new Set(
  `password passwort passw passwd passphrase secret letmein welcome administrator admin adminadmin root system supervisor operator manager
   guest default changeme changeit login master user test testtest temp server office company security monitor monitoring pitwatch
   qwerty qwertyuiop qwertyqwerty asdfgh asdfghjkl asdfasdf zxcvbn zxcvbnm qazwsx qazwsxedc iloveyou iloveyouforever sunshine princess dragon
   monkey football baseball superman batman starwars trustno whatever computer internet samsung lenovo huawei xiaomi hikvision dahua
   woaini woainima wodemima mima mimamima aini nihao nihaoma zhongguo beijing shanghai tiankong kuangshan meikuang anquan anquandiyi
   jiankong guanliyuan zhiban diaodu passwordpassword passwordadmin adminpassword passwordqwerty abc abcd abcde abcdef abcabc aaa`
    .split(/\s+/)
    .filter((word) => word !== ''),
)

/** Rows that fingers run along; any stretch of one, forwards or backwards, is no secret. */
const ROWS: readonly string[] = [
  '012345678901234567890123456789',
  'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnmqwertyuiop',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  '1q2w3e4r5t6y7u8i9o0p',
  '!@#$%^&*()_+!@#$%^&*()_+',
]

/** Different characters a password needs at least; fewer are a pattern. */
const FEWEST_CHARACTERS = 5

/** Why a password is too easily guessed; null = nothing is known against it. */
export type PasswordFault = 'short' | 'common' | 'name' | 'pattern'

/** What is wrong with a password somebody chose for `user`. */
export function passwordFault(password: string, user: string): PasswordFault | null {
  const plain = password.normalize('NFKC').toLowerCase()
  if (Array.from(plain).length < SHORTEST_PASSWORD) return 'short'
  if (new Set(plain).size < FEWEST_CHARACTERS || isRow(plain)) return 'pattern'
  const bare = plain.replace(/^[\d\W_]+|[\d\W_]+$/gu, '')
  const unmasked = bare.replace(/[0134@$5]/g, (sign) => UNMASKED[sign] ?? sign)
  if (WORDS.has(bare) || WORDS.has(unmasked)) return 'common'
  return user.length >= 3 && plain.includes(user.toLowerCase()) ? 'name' : null
}

const UNMASKED: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '@': 'a',
  $: 's',
  '5': 's',
}

/** One stretch of a row, or a short piece over and over. */
function isRow(plain: string): boolean {
  const backwards = Array.from(plain).reverse().join('')
  return ROWS.some((row) => row.includes(plain) || row.includes(backwards)) || /^(.{1,5})\1+.{0,4}$/u.test(plain)
}
