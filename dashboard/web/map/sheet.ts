import type { FrameState } from 'ol/Map.js'
import Layer from 'ol/layer/Layer.js'
import type { PlanePoint } from './plane.ts'

/** A sheet of the map that is drawn by hand. */
export interface Sheet {
  /** What the map shows. A bare canvas the map would draw its next layer on. */
  readonly element: HTMLElement
  readonly canvas: HTMLCanvasElement
  /** An empty sheet as large as the frame; one unit is one pixel of the page. */
  begin(frame: FrameState): CanvasRenderingContext2D
}

/** Throws TypeError where the browser draws no canvas. */
export function openSheet(name: string): Sheet {
  const canvas = document.createElement('canvas')
  const element = document.createElement('div')
  element.className = `map-sheet ${name}`
  element.append(canvas)
  const pen = canvas.getContext('2d')
  if (pen === null) throw new TypeError('expected a browser that draws on a canvas')
  return {
    element,
    canvas,
    begin: ({ size: [width = 0, height = 0], pixelRatio }) => {
      const [wide, high] = [Math.round(width * pixelRatio), Math.round(height * pixelRatio)]
      if (canvas.width !== wide || canvas.height !== high) {
        canvas.width = wide
        canvas.height = high
      }
      pen.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
      pen.clearRect(0, 0, width, height)
      return pen
    },
  }
}

/** Where a place of the plane lies on the sheet. */
export function pixelOf({ coordinateToPixelTransform: t }: FrameState, [x, y]: readonly number[]): PlanePoint {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = t
  return [a * (x ?? 0) + c * (y ?? 0) + e, b * (x ?? 0) + d * (y ?? 0) + f]
}

/**
 * A sheet of the map of what does not change. It is drawn when the map comes to rest somewhere, and moved as it is while the map moves:
 * a county's boundaries have a hundred thousand corners.
 */
export function stillLayer(name: string, draw: (pen: CanvasRenderingContext2D, frame: FrameState) => void): Layer {
  const sheet = openSheet(name)
  let last: { readonly x: number; readonly y: number; readonly resolution: number; readonly size: string } | null = null
  const render = (frame: FrameState): HTMLElement => {
    const { center, resolution } = frame.viewState
    const [x = 0, y = 0] = center
    const size = `${frame.size.join('×')} ${frame.pixelRatio}`
    const isMoving = frame.viewHints.some((hint) => hint > 0)
    const isThere = last?.x === x && last.y === y && last.resolution === resolution
    if (last?.size === size && (isMoving || isThere)) {
      const [right, down] = [(last.x - x) / resolution, (y - last.y) / resolution]
      sheet.canvas.style.transform = isThere
        ? ''
        : `translate(${right}px, ${down}px) scale(${last.resolution / resolution})`
      return sheet.element
    }
    draw(sheet.begin(frame), frame)
    sheet.canvas.style.transform = ''
    last = { x, y, resolution, size }
    return sheet.element
  }
  return new Layer({ className: name, render })
}
