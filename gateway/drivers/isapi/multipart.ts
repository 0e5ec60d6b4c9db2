/** One part of an endless multipart stream. `mediaType` is lower case and empty where the part does not say. */
export interface Part {
  readonly mediaType: string
  readonly body: Buffer
}

type Phase =
  | { readonly is: 'seeking' }
  | { readonly is: 'headers' }
  | { readonly is: 'body'; readonly mediaType: string; readonly length: number | null }

/** Where a scan stands between two chunks. `boundary` null = not told; the first line that looks like one decides. */
export interface ScanState {
  readonly boundary: string | null
  readonly phase: Phase
  readonly rest: Buffer
  /** Bytes that belonged to no part, since the start. */
  readonly discardedBytes: number
}

/** Longer parts are no events and no pictures; they are thrown away so that a camera cannot fill the memory. */
const MAX_PART_BYTES = 2 * 1024 * 1024
const MAX_HEADER_BYTES = 8 * 1024
/** What may still become a boundary line is kept while seeking. */
const KEPT_BYTES = 256
const LF = 0x0a
const CR = 0x0d
/** Bytes a header name may start with; anything else after a boundary is a body without headers. (RFC 9110 §5.6.2) */
const HEADER_START = /^[A-Za-z]/

/** The start of a scan. `contentType` is that of the HTTP response. */
export function startScan(contentType: string | undefined): ScanState {
  return { boundary: boundaryOf(contentType), phase: { is: 'seeking' }, rest: Buffer.alloc(0), discardedBytes: 0 }
}

/**
 * The boundary a Content-Type names, without quotes and without leading dashes: some cameras count the dashes of the
 * delimiter as part of the boundary and some do not. Null when it names none. (RFC 2046 §5.1.1)
 */
export function boundaryOf(contentType: string | undefined): string | null {
  const match = /boundary\s*=\s*(?:"([^"]*)"|([^\s;,]+))/i.exec(contentType ?? '')
  const core = (match?.[1] ?? match?.[2] ?? '').replace(/^-+/, '').trim()
  return core === '' ? null : core
}

/**
 * Takes the next bytes of the stream and answers the parts that are now complete. The result does not depend on how the
 * stream was cut into chunks. An XML part ends with its root element, so that an event is not held back until the next
 * one and a wrong Content-Length does no harm; any other part ends after Content-Length bytes or at the next boundary.
 */
export function scan(state: ScanState, chunk: Uint8Array): { state: ScanState; parts: Part[] } {
  const parts: Part[] = []
  let now: ScanState = { ...state, rest: Buffer.concat([state.rest, chunk]) }
  for (;;) {
    const next = step(now)
    if (next === null) return { state: now, parts }
    if (next.part !== undefined && next.part.body.length > 0) parts.push(next.part)
    now = next.state
    if (next.waits === true) return { state: now, parts }
  }
}

interface Stepped {
  readonly state: ScanState
  readonly part?: Part
  /** No further step is possible before more bytes come. */
  readonly waits?: true
}

/** One step, or null when more bytes are needed. */
function step(state: ScanState): Stepped | null {
  switch (state.phase.is) {
    case 'seeking':
      return seekBoundary(state)
    case 'headers':
      return readHeaders(state)
    case 'body':
      return readBody(state, state.phase)
  }
}

function seekBoundary(state: ScanState): Stepped | null {
  const found = findBoundary(state.rest, state.boundary)
  if (found === null) {
    const surplus = state.rest.length - KEPT_BYTES
    return surplus <= 0 ? null : { state: drop(state, surplus), waits: true }
  }
  const discardedBytes = state.discardedBytes + found.start
  const phase: Phase = found.closing ? { is: 'seeking' } : { is: 'headers' }
  return { state: { boundary: found.core, phase, rest: state.rest.subarray(found.end), discardedBytes } }
}

function readHeaders(state: ScanState): Stepped | null {
  const { rest } = state
  let mediaType = ''
  let length: number | null = null
  let from = 0
  for (;;) {
    if (from >= rest.length) return tooLong(state, MAX_HEADER_BYTES)
    const end = rest.indexOf(LF, from)
    const line = rest.toString('latin1', from, end === -1 ? Math.min(rest.length, from + MAX_HEADER_BYTES) : end).trim()
    // Some firmwares print the boundary line twice.
    const doubled = end !== -1 && findBoundary(rest.subarray(from, end + 1), state.boundary)?.start === 0
    const startsBody = line !== '' && !doubled && !HEADER_START.test(line) && !mayBeBoundary(line, end)
    if (startsBody) return body(state, { is: 'body', mediaType, length }, from)
    if (end === -1) return tooLong(state, MAX_HEADER_BYTES)
    if (line === '' && from > 0) return body(state, { is: 'body', mediaType, length }, end + 1)
    const header = /^([^\s:]+)\s*:\s*(.*)$/.exec(line)
    const name = header?.[1]?.toLowerCase()
    if (name === 'content-type') mediaType = (header?.[2] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
    if (name === 'content-length' && /^\d+$/.test(header?.[2] ?? '')) length = Number(header?.[2])
    if (header === null && line !== '' && !doubled) return body(state, { is: 'body', mediaType, length }, from)
    from = end + 1
  }
}

/** A line of which only the start has come and that may yet turn out to be a boundary. */
function mayBeBoundary(line: string, end: number): boolean {
  return end === -1 && line.startsWith('-')
}

function body(state: ScanState, phase: Phase, from: number): Stepped {
  return { state: { ...state, phase, rest: state.rest.subarray(from) } }
}

function readBody(state: ScanState, phase: Extract<Phase, { is: 'body' }>): Stepped | null {
  const { rest } = state
  const isXml = phase.mediaType.includes('xml') || rest.toString('latin1', 0, 64).trimStart().startsWith('<')
  const limit = isXml || phase.length === null ? rest.length : Math.min(phase.length, rest.length)
  const boundary = findBoundary(rest.subarray(0, limit), state.boundary)
  const rootEnd = isXml ? endOfRoot(rest) : null
  if (rootEnd !== null && (boundary === null || rootEnd <= boundary.start)) return finish(state, phase, rootEnd)
  if (boundary !== null) return finish(state, phase, endOfLineBefore(rest, boundary.start))
  if (!isXml && phase.length !== null && rest.length >= phase.length) return finish(state, phase, phase.length)
  return tooLong(state, MAX_PART_BYTES)
}

function finish(state: ScanState, phase: Extract<Phase, { is: 'body' }>, end: number): Stepped {
  const part = { mediaType: phase.mediaType, body: Buffer.from(state.rest.subarray(0, end)) }
  return { state: { ...state, phase: { is: 'seeking' }, rest: state.rest.subarray(end) }, part }
}

/** The line end before a boundary belongs to the boundary. (RFC 2046 §5.1.1) */
function endOfLineBefore(bytes: Buffer, boundary: number): number {
  if (bytes[boundary - 1] !== LF) return boundary
  return bytes[boundary - 2] === CR ? boundary - 2 : boundary - 1
}

/** Gives up a part that does not end; what was read of it is discarded. */
function tooLong(state: ScanState, limit: number): Stepped | null {
  if (state.rest.length <= limit) return null
  return { state: { ...drop(state, state.rest.length - KEPT_BYTES), phase: { is: 'seeking' } } }
}

function drop(state: ScanState, bytes: number): ScanState {
  return {
    ...state,
    rest: Buffer.from(state.rest.subarray(bytes)),
    discardedBytes: state.discardedBytes + bytes,
  }
}

interface Boundary {
  readonly start: number
  readonly end: number
  readonly core: string
  readonly closing: boolean
}

/** The first complete boundary line. Without a known boundary, a whole line of two dashes and a word. */
function findBoundary(bytes: Buffer, core: string | null): Boundary | null {
  if (core !== null && !bytes.includes(core, 0, 'latin1')) return null
  const word = core === null ? '[!-,.-~][!-~]{0,69}?' : core.replace(/[^A-Za-z0-9]/g, '\\$&')
  const line = new RegExp(`${core === null ? '(?<=^|\\n)' : ''}-{2,}(${word})(--)?[ \\t]*\\r?\\n`)
  const text = bytes.toString('latin1')
  const match = line.exec(text)
  if (match === null) return null
  return {
    start: match.index,
    end: match.index + match[0].length,
    core: match[1] ?? '',
    closing: match[2] !== undefined,
  }
}

/** Where the root element of an XML text ends, or null when it has not come yet. */
function endOfRoot(bytes: Buffer): number | null {
  const text = bytes.toString('latin1')
  const name = /<([A-Za-z_][\w:.-]*)[\s/>]/.exec(text)?.[1]
  if (name === undefined) return null
  const close = new RegExp(`</${name.replace(/[^A-Za-z0-9]/g, '\\$&')}\\s*>`).exec(text)
  return close === null ? null : close.index + close[0].length
}
