import type { SiteKind } from '../../../core/contract/site.ts'
import type { PitLayout } from '../show/schematic-layout.ts'

interface SceneProps {
  readonly layout: PitLayout
  readonly kind: SiteKind
  readonly ground: string
}

/** What stands still behind the symbols: the ground, what is dug into it, what is built on it, and the lines between. */
export function Scene({ layout, kind, ground }: SceneProps) {
  const { width, height, groundY, hollows, lines } = layout
  return (
    <g class="pit-scene" aria-hidden="true">
      <rect class="pit-earth" x={0} y={groundY} width={width} height={height - groundY} />
      {hollows.map(({ x, y, width: wide, height: high }) => (
        <rect key={y} class="pit-hollow" x={x} y={y} width={wide} height={high} rx={6} />
      ))}
      <Opening layout={layout} kind={kind} />
      <path class="pit-ground" d={`M0 ${groundY}H${width}`} />
      <text class="pit-ground-word" x={10} y={groundY + 17}>
        {ground}
      </text>
      {lines.map(({ of, corners }) => {
        const [[x, y] = [0, 0], ...rest] = corners
        const path = `M${x} ${y}${rest.map(([toX, toY]) => `L${toX} ${toY}`).join('')}`
        return <path key={path} class={`pit-line is-${of}`} d={path} />
      })}
    </g>
  )
}

/** The mouth of the site in the middle: a shaft with its head frame, a sealed one, benches, or a tower. */
function Opening({ layout, kind }: Pick<SceneProps, 'layout' | 'kind'>) {
  const { shaft, groundY, height } = layout
  const middle = shaft.x + shaft.width / 2
  const pipe = { x: middle - 26, y: groundY, width: 52, height: shaft.bottom - groundY }
  switch (kind) {
    case 'licensed-mine':
    case 'dewatering-pit':
      return (
        <>
          <rect class="pit-hollow" {...pipe} />
          <HeadFrame x={middle} y={groundY} isWhole={kind === 'licensed-mine'} />
        </>
      )
    case 'closed-pit':
    case 'sealed-shaft':
      return (
        <>
          <rect class={kind === 'closed-pit' ? 'pit-fill' : 'pit-hollow'} {...pipe} />
          <rect class="pit-seal" x={middle - 36} y={groundY - 7} width={72} height={14} rx={2} />
          <path
            class="pit-built"
            d={`M${middle - 44} ${groundY}v-34M${middle + 44} ${groundY}v-34M${middle - 44} ${groundY - 24}h88M${middle - 44} ${groundY - 34}h88`}
          />
        </>
      )
    case 'open-pit': {
      const step = (height - groundY - 24) / 3
      const bench = (side: number) => [0, 1, 2].map((n) => `v${step}h${side * (n === 2 ? 24 : 20)}`).join('')
      return (
        <path
          class="pit-hollow"
          d={`M${middle - 78} ${groundY}${bench(1)}H${middle + 14}${bench(1).replace(/v[\d.]+h/g, (part) => part.replace('v', 'v-'))}V${groundY}Z`}
        />
      )
    }
    case 'monitoring-tower':
      return (
        <path
          class="pit-built"
          d={`M${middle - 34} ${groundY}L${middle - 10} ${groundY - 148}h20L${middle + 34} ${groundY}M${middle - 27} ${groundY - 44}h54M${middle - 20} ${groundY - 88}h40M${middle - 34} ${groundY}l61-44-47-44 36-60M${middle + 34} ${groundY}l-61-44 47-44-36-60`}
        />
      )
  }
}

/** A head frame over a shaft; without its wheel where nothing is hoisted any more. */
function HeadFrame({ x, y, isWhole }: { readonly x: number; readonly y: number; readonly isWhole: boolean }) {
  return (
    <>
      <path
        class="pit-built"
        d={`M${x - 34} ${y}L${x - 9} ${y - 128}h18L${x + 34} ${y}M${x - 27} ${y - 40}h54M${x - 19} ${y - 82}h38M${x - 34} ${y}l61-40-46-42 28-46M${x + 34} ${y}l-61-40 46-42-28-46`}
      />
      {isWhole && <circle class="pit-built" cx={x} cy={y - 140} r={14} />}
      <path class="pit-built" d={`M${x} ${y - (isWhole ? 126 : 100)}V${y + 30}`} />
    </>
  )
}
