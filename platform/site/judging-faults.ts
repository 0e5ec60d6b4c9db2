import { z } from 'zod'
import { PointRef } from '../../core/contract/reading.ts'
import { QUANTITIES, type Quantity } from '../../core/contract/quantity.ts'
import { RULE_TYPES } from '../../core/rules/types.ts'
import { expectedOneOf, type Fault } from '../config.ts'
import { idsOf, listOf, member, type Parts, pieceOf, type Profiles, readPoints, sitePoints } from './parts.ts'
import { doubled } from './double-claims.ts'

type Path = Fault['path']

/** Contacts that can tell whether a load runs. */
const CONTACTS: readonly Quantity[] = ['running', 'contact']

/** A point that is named somewhere, and what it has to measure there. */
interface Named {
  readonly point: PointRef
  readonly path: Path
  /** Null where whoever reads it says so itself. */
  readonly quantities: readonly Quantity[] | null
}

/**
 * What in the parts that say how the site is judged does not go together: points that do not exist or measure something else, names that
 * are there twice. Points of faulty devices are not known and pass.
 */
export function judgingFaults(parts: Parts, profiles: Profiles): Fault[] {
  return [
    ...doubles(parts),
    ...withoutFaults(parts),
    ...parts.permits.flatMap((permit, index) =>
      deviceFaults(parts, permit?.devices ?? [], ['permits', index, 'devices']),
    ),
    ...(profiles === null ? [] : [...namedFaults(parts, profiles), ...readHereFaults(parts, profiles)]),
  ]
}

function doubles(parts: Parts): Fault[] {
  const known = listOf(member(parts.raw, 'load'), 'known')
  const ids = (key: string, pieces: readonly unknown[], path: Path) =>
    pieces.map((piece, index) => ({
      key: pieceOf(z.string(), member(piece, key)) ?? undefined,
      path: [...path, index, key],
    }))
  return [
    ids('id', listOf(parts.raw, 'permits'), ['permits']),
    ids('id', listOf(parts.raw, 'orders'), ['orders']),
    ids('id', known, ['load', 'known']),
    ids('contact', known, ['load', 'known']),
  ].flatMap(doubled)
}

/** A type that is misspelt would be armed all the same. */
function withoutFaults({ raw }: Parts): Fault[] {
  const types = RULE_TYPES.map(({ type }) => type)
  return listOf(member(raw, 'activity'), 'without').flatMap((type, index) =>
    typeof type !== 'string' || types.includes(type)
      ? []
      : [{ path: ['activity', 'without', index], message: expectedOneOf('a type of rules', type, types) }],
  )
}

function namedFaults(parts: Parts, profiles: Profiles): Fault[] {
  const points = sitePoints(parts, profiles)
  const readable = new Set(Array.from(points.keys(), deviceOf))
  const devices = namedDevices(parts)
  return [...named(parts), ...parts.rules.flatMap((rule, index) => ofRule(rule?.point, index))].flatMap(
    ({ point, path, quantities }): Fault[] => {
      const came = points.get(point)?.quantity
      if (came !== undefined) return quantities === null ? [] : misfit({ point, path, quantities }, came)
      const device = deviceOf(point)
      if (!devices.includes(device))
        return [{ path, message: expectedOneOf('a point of a device of this site', device, devices) }]
      if (!readable.has(device)) return []
      const choice = [...points.keys()].filter((one) => one.startsWith(`${device}/`))
      return [{ path, message: expectedOneOf(`a point of ${device} that is read`, point, choice) }]
    },
  )
}

function ofRule(point: PointRef | undefined, index: number): Named[] {
  return point === undefined ? [] : [{ point, path: ['rules', index, 'point'], quantities: null }]
}

/** Every point that a site names outside its rules. Read from what stood in the file, so that one fault does not hide the others. */
function named({ site, orders, raw }: Parts): Named[] {
  const load = member(raw, 'load')
  const at = (from: unknown, path: Path, quantities: readonly Quantity[] | null): Named[] => {
    const point = pieceOf(PointRef, member(from, String(path.at(-1))))
    return point === null ? [] : [{ point, path, quantities }]
  }
  return [
    ...(site?.headline === undefined ? [] : [{ point: site.headline, path: ['site', 'headline'], quantities: null }]),
    ...at(load, ['load', 'meter'], ['power']),
    ...at(load, ['load', 'energy'], ['energy']),
    ...at(load, ['load', 'temperature'], ['temperature']),
    ...listOf(load, 'known').flatMap((known, index) => [
      ...at(known, ['load', 'known', index, 'contact'], CONTACTS),
      ...at(known, ['load', 'known', index, 'level'], ['level']),
    ]),
    ...orders.flatMap((order, index) =>
      (order?.feeders ?? []).map((point, feeder): Named => {
        return { point, path: ['orders', index, 'feeders', feeder], quantities: ['power'] }
      }),
    ),
  ]
}

function misfit({ point, path, quantities }: Named & { quantities: readonly Quantity[] }, came: Quantity): Fault[] {
  if (quantities.includes(came)) return []
  const wanted = quantities.map(withUnit).join(' or ')
  return [
    { path, message: `expected a point that measures ${wanted}, came ${point}, which measures ${withUnit(came)}` },
  ]
}

function withUnit(quantity: Quantity): string {
  const { unit, kind } = QUANTITIES[quantity]
  return `${quantity} (${kind === 'boolean' ? 'true or false' : unit})`
}

/** Points of recorded data must not take the place of what is read here. */
function readHereFaults(parts: Parts, profiles: Profiles): Fault[] {
  const read = readPoints(parts, profiles)
  return [...parts.points.keys()]
    .filter((point) => read.has(point))
    .map((point) => {
      const message = `expected only points that are not read here, came ${point}, which ${deviceOf(point)} has`
      return { path: ['points', point], message }
    })
}

function deviceFaults(parts: Parts, devices: readonly string[], path: Path): Fault[] {
  const known = namedDevices(parts)
  return devices.flatMap((device, index) =>
    known.includes(device)
      ? []
      : [{ path: [...path, index], message: expectedOneOf('the id of a device of this site', device, known) }],
  )
}

function namedDevices({ raw, points }: Parts): string[] {
  return [...new Set([...idsOf(raw, 'devices'), ...idsOf(raw, 'cameras'), ...Array.from(points.keys(), deviceOf)])]
}

function deviceOf(point: PointRef): string {
  return point.split('/')[0] ?? ''
}
