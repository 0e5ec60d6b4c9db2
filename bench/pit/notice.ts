/** One message to an operator, or an update of one; what a scorer may know of a detector. */
export interface Notice {
  /** Second of the site at which it was heard. */
  readonly t: number
  readonly kind: 'raise' | 'update' | 'clear'
  /** Which alarm it belongs to. */
  readonly alarm: string
  /** Types of rules that speak for it; those new to the alarm may show something new. */
  readonly types: readonly string[]
  /** Groups of evidence they belong to. */
  readonly groups: readonly string[]
  /** It guards the watching itself: a sensor, a line, a clock. */
  readonly isHealth: boolean
}
