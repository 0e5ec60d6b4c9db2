import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { Language } from '../../core/contract/text.ts'
import { PHONES } from '../../sim/addresses.ts'
import { COUNTY } from '../../sim/county.ts'
import { systemClock } from '../../platform/clock.ts'
import { type Child, type ChildSpec, keepRunning } from './child.ts'
import { FLOWS_SERVICE } from './control-file.ts'
import { controlYaml, editorToken, serviceToken } from './data-folder.ts'
import { countersFile, HOST, type Plan, simulatorFile } from './plan.ts'
import { cameraPassword, siteYaml } from './site-files.ts'
import { textOf } from './texts.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
const FLOWS = fileURLToPath(new URL('../../flows/run.ts', import.meta.url))

/** Names among the children; a gateway has its site's. */
const SIM = 'sim'
const CONTROL = 'control'
const WATCHMAN = 'watchman'

const ControlReady = z.object({
  kind: z.literal('ready'),
  facts: z.object({ url: z.string(), administratorPassword: z.string().nullable() }),
})
/** `flows/run.ts` says it in its own words. */
const Ready = z.union([z.object({ kind: z.literal('ready') }), z.object({ ready: z.literal(true) })])
const Progress = z.object({ kind: z.literal('progress'), seconds: z.number(), values: z.number() })

export interface CountyDeps {
  readonly language: Language
  /** What PITWATCH_CLOCK holds for children started now; null = real time. */
  clockText(): string | null
  readonly report: (line: string) => void
}

export interface ControlFacts {
  readonly url: string
  /** The administrator's password when it was made at this start. */
  readonly password: string | null
}

/** The programs of a county that run as children of this one. */
export interface County {
  /** Starts the control room; settles when it takes requests. */
  readonly startControl: () => Promise<ControlFacts>
  /** Starts the simulator, then gateways and, where wanted, flows. `origin` is second 0 of the script. */
  readonly startRest: (origin: number) => Promise<void>
  /** Names of children that have not said yet that they are ready. */
  readonly waiting: () => readonly string[]
  /** How far the simulator is, and how many values of a recording have been read. */
  readonly progress: () => { readonly seconds: number; readonly values: number }
  /** Ends the gateways first, then what they read, and the control room last, so that nothing is reported lost that is only ending. */
  readonly stop: () => Promise<void>
}

/** Gateways are started without the simulator when it takes longer than this; they look for it then. */
const SIM_WITHIN_MS = 10_000

/** The county of `plan`, not started yet. It can be started again after it was stopped. */
export function countyOf(plan: Plan, deps: CountyDeps): County {
  const { data } = plan.options
  const crew = crewOf(plan, deps)
  const progress = progressMeter()
  return {
    startControl: () =>
      new Promise((settle) => {
        void crew.run(CONTROL, ['control', controlYaml(data)], {
          heard: (message) => {
            const ready = ControlReady.safeParse(message)
            if (ready.success) settle({ url: ready.data.facts.url, password: ready.data.facts.administratorPassword })
          },
        })
      }),
    startRest: async (origin) => {
      const sim = crew.run(SIM, simWords(plan, origin), { heard: progress.heard })
      await Promise.race([sim, systemClock.sleep(SIM_WITHIN_MS)])
      void crew.run(WATCHMAN, ['watchman', controlYaml(data)])
      for (const site of plan.sites) void crew.run(site.site.id, ['gateway', siteYaml(data, site)])
      if (plan.options.flows) {
        void crew.run('flows', [], { program: FLOWS, environment: () => flowsEnvironment(plan, deps) })
      }
    },
    waiting: crew.waiting,
    progress: progress.now,
    stop: () =>
      crew.stop([
        // What looks at the control room from outside ends before it, or it would alarm.
        (name) => name !== SIM && name !== CONTROL,
        (name) => name === SIM,
        (name) => name === CONTROL,
      ]),
  }
}

/** The children that have been started. */
interface Crew {
  /** Starts one; settles when it says that it is ready. */
  readonly run: (name: string, args: readonly string[], more?: Partial<ChildSpec>) => Promise<void>
  readonly waiting: () => readonly string[]
  /** Ends all of them in turns. What they complain of meanwhile is of no interest. */
  readonly stop: (turns: readonly ((name: string) => boolean)[]) => Promise<void>
}

function crewOf(plan: Plan, deps: CountyDeps): Crew {
  let children: Child[] = []
  const waiting = new Set<string>()
  let isStopping = false
  const childDeps = {
    logs: join(plan.options.data, 'logs'),
    report: (line: string) => {
      if (!isStopping) deps.report(line)
    },
    ended: (name: string, how: string, pause: number) => textOf(deps.language, 'died', { name, how, pause }),
  }
  return {
    run: (name, args, more = {}) =>
      new Promise((settle) => {
        waiting.add(name)
        const heard = (message: unknown) => {
          if (Ready.safeParse(message).success) {
            waiting.delete(name)
            settle()
          }
          more.heard?.(message)
        }
        const common = { name, program: MAIN, args, environment: () => environmentOf(deps) }
        children.push(keepRunning({ ...common, ...more, heard }, childDeps))
      }),
    waiting: () => [...waiting],
    stop: async (turns) => {
      isStopping = true
      for (const isTurn of turns) {
        await Promise.all(children.filter(({ name }) => isTurn(name)).map((child) => child.stop()))
      }
      children = []
      isStopping = false
    },
  }
}

/** Adds up what the simulator tells, also over a simulator that was started again and counts from 0. */
function progressMeter() {
  let before = 0
  let told = { seconds: 0, values: 0 }
  return {
    heard: (message: unknown) => {
      const parsed = Progress.safeParse(message)
      if (!parsed.success) return
      if (parsed.data.values < told.values) before += told.values
      told = parsed.data
    },
    now: () => ({ seconds: told.seconds, values: before + told.values }),
  }
}

function environmentOf(deps: CountyDeps): Readonly<Record<string, string>> {
  return { PITWATCH_CLOCK: deps.clockText() ?? '' }
}

function simWords(plan: Plan, origin: number): readonly string[] {
  const { data, scenario, seed, play } = plan.options
  return [
    'sim',
    ...['--addresses', simulatorFile(data)],
    ...['--counters', countersFile(data)],
    ...['--scenario', scenario],
    ...['--seed', String(seed)],
    ...['--origin', String(origin)],
    ...['--broker', `${HOST}:${plan.broker}`],
    ...['--camera-password-file', cameraPassword(data)],
    ...(play?.arguments ?? []),
  ]
}

/** What `flows/run.ts` is set up by. */
function flowsEnvironment(plan: Plan, deps: CountyDeps): Readonly<Record<string, string>> {
  const { data } = plan.options
  return {
    ...environmentOf(deps),
    PITWATCH_FLOWS_DATA: join(data, 'flows'),
    PITWATCH_FLOWS_HOST: HOST,
    PITWATCH_FLOWS_PORT: String(plan.flows),
    PITWATCH_FLOWS_TOKEN_FILE: editorToken(data),
    PITWATCH_CONTROL_URL: `http://${HOST}:${plan.http}`,
    PITWATCH_BROKER_URL: `mqtt://${HOST}:${plan.broker}`,
    PITWATCH_GROUP: COUNTY,
    PITWATCH_SERVICE: FLOWS_SERVICE,
    PITWATCH_SERVICE_TOKEN_FILE: serviceToken(data),
    PITWATCH_DIGEST_WEBHOOK: `http://${HOST}:${plan.addresses[PHONES] ?? 0}/digest`,
  }
}
