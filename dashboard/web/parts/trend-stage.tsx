import type { LaneContent } from './chart-lane.ts'
import { plotEdges } from './chart-options.ts'
import { TrendLane } from './trend-lane.tsx'
import { type StageActs, useStage } from './use-stage.ts'
import { useSize } from './use-size.ts'

export interface TrendStageProps {
  readonly lanes: readonly LaneContent[]
  readonly from: number
  readonly to: number
  readonly columnMs: number
  readonly zone: string
  readonly cursor: number | null
  readonly acts: StageActs
  /** What is shown, for whoever cannot see it. */
  readonly label: string
  /** What is to be read at the cursor, in words. */
  readonly said: string
}

/** Lanes over one another with one cross-hair through all of them, by pointer, by touch and by keyboard. */
export function TrendStage({ lanes, from, to, columnMs, zone, cursor, acts, label, said }: TrendStageProps) {
  const { ref, size } = useSize<HTMLDivElement>()
  const { brush, handlers } = useStage({ from, to, columnMs, cursor }, acts)
  const edges = plotEdges(size.width)
  const place = (share: number) => edges.left + share * Math.max(0, size.width - edges.left - edges.right)
  const isInside = cursor !== null && cursor >= from && cursor <= to
  const isNumbered = lanes.some(({ traces }) => traces.length > 1) || lanes.length > 1
  return (
    <div
      ref={ref}
      class={`trend-stage${acts.brush === undefined ? '' : ' is-brushed'}`}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-orientation="horizontal"
      aria-valuemin={from}
      aria-valuemax={to}
      aria-valuenow={Math.round(isInside ? cursor : to)}
      aria-valuetext={said}
      {...handlers}
    >
      {lanes.map((content, index) => (
        <TrendLane
          key={content.traces.map(({ pen }) => pen).join()}
          content={content}
          zone={zone}
          isLast={index === lanes.length - 1}
          isNumbered={isNumbered}
        />
      ))}
      {isInside && (
        <span class="stage-cursor" style={{ left: `${place((cursor - from) / (to - from))}px` }} aria-hidden="true" />
      )}
      {brush !== null && (
        <span
          class="stage-brush"
          style={{ left: `${place(brush[0])}px`, width: `${place(brush[1]) - place(brush[0])}px` }}
          aria-hidden="true"
        />
      )}
    </div>
  )
}
