import { Id } from '../contract/text.ts'
import { malformed, type BodyReader, type BodyWriter } from './body-bytes.ts'

/** What a batch is of: a device and its points in their order. */
export interface Shape {
  readonly device: string
  readonly points: readonly string[]
  /** The series of each point: a number of its own for each point of each device, in the order they are first met. */
  readonly series: readonly number[]
}

/** The shapes of batches, each once, in the order they are first met, and how many series they have. */
export interface Shapes {
  readonly list: readonly Shape[]
  /** The shape of each batch, by its place in `list`. */
  readonly ofBatch: readonly number[]
  readonly series: number
}

/** Sorts batches by their shapes. */
export function shapesOf(batches: readonly { readonly device: string; readonly readings: readonly Named[] }[]): Shapes {
  const list: Shape[] = []
  const numbers = new SeriesNumbers()
  const ofDevice = new Map<string, number[]>()
  const ofBatch = batches.map(({ device, readings }) => {
    const own = ofDevice.get(device) ?? []
    const found = own.find((shape) => isOf(list[shape]?.points, readings))
    if (found !== undefined) return found
    const points = readings.map(({ point }) => point)
    ofDevice.set(device, own)
    own.push(list.length)
    return list.push({ device, points, series: numbers.of(device, points) }) - 1
  })
  return { list, ofBatch, series: numbers.count }
}

/** Where each series begins when all readings lie series by series, and where the last one ends. */
export function startsOf({ list, ofBatch, series }: Shapes): Uint32Array {
  const starts = new Uint32Array(series + 1)
  for (const shape of ofBatch) for (const own of list[shape]?.series ?? []) starts[own + 1] = (starts[own + 1] ?? 0) + 1
  for (let own = 1; own <= series; own += 1) starts[own] = (starts[own] ?? 0) + (starts[own - 1] ?? 0)
  return starts
}

/** Writes the names, the lists of points, the shapes made of them, and the shape of each batch. */
export function writeShapes(writer: BodyWriter, { list, ofBatch }: Shapes): void {
  const names = new Places()
  const layouts: (readonly number[])[] = []
  const shapes = list.map(({ device, points }) => {
    const place = names.of(device)
    const layout = points.map((point) => names.of(point))
    const known = layouts.findIndex((one) => isSame(one, layout))
    return { device: place, layout: known < 0 ? layouts.push(layout) - 1 : known }
  })
  writer.unsigned(names.count)
  for (const name of names.keys()) writer.text(name)
  writer.unsigned(layouts.length)
  for (const layout of layouts) {
    writer.unsigned(layout.length)
    for (const place of layout) writer.unsigned(place)
  }
  writer.unsigned(shapes.length)
  for (const { device, layout } of shapes) {
    writer.unsigned(device)
    writer.unsigned(layout)
  }
  writer.unsigned(ofBatch.length)
  for (const shape of ofBatch) writer.unsigned(shape)
}

/** The inverse of `writeShapes`, for batches of `mostReadings` readings in all at most. Throws `message/malformed`. */
export function readShapes(reader: BodyReader, mostReadings: number): Shapes {
  const names = Array.from({ length: reader.count(reader.left) }, () => nameIn(reader))
  const layouts = Array.from({ length: reader.count(reader.left) }, () =>
    Array.from({ length: reader.count(Math.min(reader.left, mostReadings)) }, () => pick(names, reader.unsigned())),
  )
  const numbers = new SeriesNumbers()
  let room = 4 * mostReadings
  const list = Array.from({ length: reader.count(reader.left) }, (): Shape => {
    const device = pick(names, reader.unsigned())
    const points = pick(layouts, reader.unsigned())
    room -= points.length
    if (room < 0) throw malformed('too many points')
    return { device, points, series: numbers.of(device, points) }
  })
  let left = mostReadings
  const ofBatch = Array.from({ length: reader.count(reader.left) }, () => {
    const shape = reader.unsigned()
    left -= pick(list, shape).points.length
    if (left < 0) throw malformed(`more than ${mostReadings} readings`)
    return shape
  })
  return { list, ofBatch, series: numbers.count }
}

interface Named {
  readonly point: string
}

/** Keys by the order in which they are first mentioned. */
class Places {
  readonly #places = new Map<string, number>()

  get count(): number {
    return this.#places.size
  }

  of(key: string): number {
    const known = this.#places.get(key)
    if (known !== undefined) return known
    this.#places.set(key, this.#places.size)
    return this.#places.size - 1
  }

  keys(): Iterable<string> {
    return this.#places.keys()
  }
}

/** Numbers of the points of devices, in the order in which they are first mentioned. */
class SeriesNumbers {
  readonly #devices = new Map<string, Map<string, number>>()
  count = 0

  of(device: string, points: readonly string[]): number[] {
    const own = this.#devices.get(device) ?? new Map<string, number>()
    this.#devices.set(device, own)
    return points.map((point) => {
      const known = own.get(point)
      if (known !== undefined) return known
      own.set(point, this.count)
      this.count += 1
      return this.count - 1
    })
  }
}

function isOf(points: readonly string[] | undefined, readings: readonly Named[]): boolean {
  if (points?.length !== readings.length) return false
  for (let place = 0; place < points.length; place += 1) if (points[place] !== readings[place]?.point) return false
  return true
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false
  for (let place = 0; place < a.length; place += 1) if (a[place] !== b[place]) return false
  return true
}

function nameIn(reader: BodyReader): string {
  const name = Id.safeParse(reader.text())
  if (!name.success) throw malformed('a name is no identifier')
  return name.data
}

function pick<T>(list: readonly T[], place: number): T {
  const found = list[place]
  if (found === undefined) throw malformed(`nothing has the number ${place}`)
  return found
}
