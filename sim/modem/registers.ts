/** What a modem loses with its power. */
export interface Registers {
  echo: boolean
  codedErrors: boolean
  /** As AT+CNMI was told. */
  telling: string
  hearsKeys: boolean
}

export function afterPower(): Registers {
  return { echo: true, codedErrors: false, telling: '0,0,0,0,0', hearsKeys: false }
}
