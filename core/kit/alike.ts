/** Whether two objects have the same keys with the very same values. What lies deeper is not looked into. */
export function isAlike(a: object, b: object): boolean {
  const parts = new Map<string, unknown>(Object.entries(a))
  const others = Object.entries(b)
  return others.length === parts.size && others.every(([key, part]) => parts.has(key) && parts.get(key) === part)
}
