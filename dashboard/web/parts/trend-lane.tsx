import { useEffect, useRef } from 'preact/hooks'
import { TRENDS } from '../i18n/trends-words.ts'
import { useTexts, useWords } from '../page.ts'
import { type Lane, type LaneContent, laneShape, openLane } from './chart-lane.ts'
import { useSize } from './use-size.ts'
import { useTheme } from './use-theme.ts'

export interface TrendLaneProps {
  readonly content: LaneContent
  readonly zone: string
  readonly isLast: boolean
  readonly isNumbered: boolean
}

/** One lane of a trend on a canvas. It is drawn anew only when its look changes, else only told what to show. */
export function TrendLane({ content, zone, isLast, isNumbered }: TrendLaneProps) {
  const { gap, limit } = useTexts().trend
  const { holds } = useWords(TRENDS)
  const theme = useTheme()
  const { ref, size } = useSize<HTMLDivElement>()
  const lane = useRef<Lane | null>(null)
  const { width, height } = size
  const shape = laneShape(content)
  const key = JSON.stringify([shape, theme, zone, isLast, isNumbered, gap, width > 0])
  useEffect(() => {
    const target = ref.current
    if (target === null || width === 0) return undefined
    const look = {
      ...{ ...shape, isNumbered, hasTimes: isLast, zone, words: { gap, limit, holds } },
      style: getComputedStyle(target),
    }
    const opened = openLane(target, look, { content, width, height })
    lane.current = opened
    return () => {
      opened.close()
      lane.current = null
    }
  }, [key])
  useEffect(() => {
    if (width > 0) lane.current?.size(width, height)
  }, [width, height])
  useEffect(() => lane.current?.set(content), [content])
  return <div class="chart" ref={ref} />
}
