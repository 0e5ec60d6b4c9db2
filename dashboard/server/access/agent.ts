/** Programs by what they write of themselves, the most telling first: most pretend to be several. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/MicroMessenger\/(\d+)/, 'WeChat'],
  [/Edg(?:e|A|iOS)?\/(\d+)/, 'Edge'],
  [/Firefox\/(\d+)/, 'Firefox'],
  [/(?:Chrome|CriOS)\/(\d+)/, 'Chrome'],
  [/Version\/(\d+).*Safari\//, 'Safari'],
]

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/Windows/, 'Windows'],
  [/HarmonyOS|OpenHarmony/, 'HarmonyOS'],
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
]

const MOST_CHARS = 40

/** A user agent so short that a person can tell their own sessions apart, such as `Firefox 140, Windows`; empty where there is none. */
export function shortAgent(agent: string): string {
  const browser = BROWSERS.flatMap(([sign, name]) => {
    const version = sign.exec(agent)?.[1]
    return version === undefined ? [] : [`${name} ${version}`]
  })
  const system = SYSTEMS.find(([sign]) => sign.test(agent))?.[1]
  const known = [...browser.slice(0, 1), ...(system === undefined ? [] : [system])]
  const text = known.length > 0 ? known.join(', ') : (agent.split(/[\s(]/, 1)[0] ?? '')
  return text.replace(/[^\x20-\x7e]/g, '').slice(0, MOST_CHARS)
}
