import { useMemo, useRef, useState } from 'preact/hooks'
import { moved } from '../stores/trend-cursor.ts'
import type { Pinch } from '../stores/trend-view.ts'
import { plotEdges } from './chart-options.ts'

/** What can be done with the time shown. What is absent is not offered. */
export interface StageActs {
  readonly cursor: (at: number | null) => void
  /** Shows what lies between two instants. */
  readonly brush?: (from: number, to: number) => void
  readonly pan?: (share: number) => void
  /** Shows more (a factor above 1) or less around an instant. */
  readonly zoom?: (factor: number, around: number | null) => void
  readonly pinch?: (pinch: Pinch) => void
  readonly back?: () => void
}

export interface StageState {
  readonly from: number
  readonly to: number
  readonly columnMs: number
  readonly cursor: number | null
}

/** A shorter way of the pointer is a click. */
const BRUSH_PX = 6
const PAGE_SHARE = 0.1
const PAN_SHARE = 0.25

type Ends = readonly [number, number]

/** What pointers are doing, by shares of the width. */
interface Gesture {
  readonly fingers: Map<number, number>
  drag: { readonly is: 'brush' | 'pan'; readonly from: number; readonly to: number } | null
  pinch: Pinch | null
}

interface Stage extends StageState {
  readonly acts: StageActs
  readonly setBrush: (ends: Ends | null) => void
}

/** Pointer, fingers and keys over a stage of lanes: the cursor follows, a drag picks a stretch, two fingers stretch the time. */
export function useStage(state: StageState, acts: StageActs) {
  const [brush, setBrush] = useState<Ends | null>(null)
  const now = useRef<Stage>({ ...state, acts, setBrush })
  now.current = { ...state, acts, setBrush }
  const handlers = useMemo(() => handlersOf(() => now.current), [])
  return { brush, handlers }
}

function handlersOf(stage: () => Stage) {
  const gesture: Gesture = { fingers: new Map(), drag: null, pinch: null }
  return {
    onPointerDown: (event: PointerEvent) => begin(stage(), gesture, event),
    onPointerMove: (event: PointerEvent) => follow(stage(), gesture, event),
    onPointerUp: (event: PointerEvent) => end(stage(), gesture, event),
    onPointerCancel: (event: PointerEvent) => end(stage(), gesture, event),
    onPointerLeave: (event: PointerEvent) => {
      if (event.pointerType !== 'touch' && gesture.drag === null) stage().acts.cursor(null)
    },
    onDblClick: () => stage().acts.back?.(),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      const act = keyActs(stage())[`${event.shiftKey ? 'Shift+' : ''}${event.key}`]
      if (act === undefined) return
      event.preventDefault()
      event.stopPropagation()
      act()
    },
  }
}

function begin({ acts, ...state }: Stage, gesture: Gesture, event: PointerEvent): void {
  if (event.button !== 0) return
  const share = shareOf(event)
  if (event.pointerType === 'touch') {
    gesture.fingers.set(event.pointerId, share)
    const ends = twoFingers(gesture)
    if (ends === null) acts.cursor(timeAt(state, share))
    else gesture.pinch = { before: ends, after: ends }
  } else if (acts.brush !== undefined) {
    gesture.drag = { is: event.shiftKey ? 'pan' : 'brush', from: share, to: share }
    if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId)
  }
}

function follow({ acts, setBrush, ...state }: Stage, gesture: Gesture, event: PointerEvent): void {
  const share = shareOf(event)
  const isTouch = event.pointerType === 'touch'
  if (isTouch && !gesture.fingers.has(event.pointerId)) return
  if (isTouch) gesture.fingers.set(event.pointerId, share)
  const ends = twoFingers(gesture)
  if (gesture.pinch !== null && ends !== null) {
    gesture.pinch = { before: gesture.pinch.before, after: ends }
    return
  }
  acts.cursor(timeAt(state, share))
  if (gesture.drag === null) return
  gesture.drag = { ...gesture.drag, to: share }
  const { is, from } = gesture.drag
  if (is === 'brush') setBrush([Math.min(from, share), Math.max(from, share)])
}

function end({ acts, setBrush, ...state }: Stage, gesture: Gesture, event: PointerEvent): void {
  const { drag, pinch } = gesture
  gesture.fingers.delete(event.pointerId)
  gesture.drag = null
  gesture.pinch = null
  setBrush(null)
  if (event.type === 'pointercancel') return
  if (pinch !== null) acts.pinch?.(pinch)
  if (drag === null || Math.abs(drag.to - drag.from) * widthOf(event) < BRUSH_PX) return
  if (drag.is === 'pan') acts.pan?.(drag.from - drag.to)
  else acts.brush?.(timeAt(state, drag.from), timeAt(state, drag.to))
}

function twoFingers({ fingers }: Gesture): Ends | null {
  const [a, b] = [...fingers.values()]
  return a === undefined || b === undefined ? null : [a, b]
}

function keyActs({ cursor, acts, ...window }: Stage): Readonly<Record<string, (() => void) | undefined>> {
  const step = (columns: number) => () => acts.cursor(moved(cursor, columns, window))
  const page = (PAGE_SHARE * (window.to - window.from)) / window.columnMs
  const { pan, zoom, back } = acts
  const closer = zoom && (() => zoom(0.5, cursor))
  return {
    ArrowLeft: step(-1),
    ArrowRight: step(1),
    PageDown: step(-page),
    PageUp: step(page),
    Home: () => acts.cursor(window.from),
    End: () => acts.cursor(window.to),
    'Shift+ArrowLeft': pan && (() => pan(-PAN_SHARE)),
    'Shift+ArrowRight': pan && (() => pan(PAN_SHARE)),
    '+': closer,
    'Shift++': closer,
    '=': closer,
    '-': zoom && (() => zoom(2, cursor)),
    Backspace: back,
  }
}

function timeAt({ from, to }: Pick<StageState, 'from' | 'to'>, share: number): number {
  return from + (to - from) * Math.min(1, Math.max(0, share))
}

function shareOf(event: PointerEvent): number {
  if (!(event.currentTarget instanceof Element)) return 0
  const { left, width } = event.currentTarget.getBoundingClientRect()
  const edges = plotEdges(width)
  return (event.clientX - left - edges.left) / Math.max(1, width - edges.left - edges.right)
}

function widthOf(event: PointerEvent): number {
  return event.currentTarget instanceof Element ? event.currentTarget.getBoundingClientRect().width : 0
}
