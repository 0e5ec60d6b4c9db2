import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundaryOf, scan, startScan, type Part } from '../../../../gateway/drivers/isapi/multipart.ts'

/** Feeds `stream` cut at `cuts` (fractions) and answers the parts. */
function parts(stream: Buffer, contentType: string | undefined, cuts: readonly number[] = []): Part[] {
  const ends = [...cuts.map((cut) => Math.floor(cut * stream.length)), stream.length].sort((a, b) => a - b)
  let state = startScan(contentType)
  const found: Part[] = []
  let from = 0
  for (const end of ends) {
    const scanned = scan(state, stream.subarray(from, end))
    state = scanned.state
    found.push(...scanned.parts)
    from = end
  }
  return found
}

const texts = (found: readonly Part[]) => found.map((part) => part.body.toString('latin1'))
const alert = (text: string) => `<EventNotificationAlert><x>${text}</x></EventNotificationAlert>`
const MIXED = 'multipart/mixed; boundary=boundary'

describe('the multipart scanner', () => {
  it('reads the stream a camera in the field sends, byte by byte', () => {
    // Head as in home-assistant/core issue 82767.
    const body = '<EventNotificationAlert version="2.0">\n<eventType>videoloss</eventType>\n</EventNotificationAlert>\n'
    const head = `--boundary\nContent-Type: application/xml; charset="UTF-8"\nContent-Length: ${body.length}\n\n`
    const stream = Buffer.from((head + body).repeat(3))
    const found = parts(
      stream,
      MIXED,
      Array.from({ length: stream.length }, (_, index) => index / stream.length),
    )
    expect(texts(found)).toEqual(Array(3).fill(body.trim()))
    expect(found[0]?.mediaType).toBe('application/xml')
  })

  it.each([
    ['boundary', 'boundary'],
    ['"boundary"', 'boundary'],
    ['--boundary', 'boundary'],
    ['"--myboundary" ; charset=x', 'myboundary'],
    ['<frame+1>', '<frame+1>'],
  ])('takes the boundary %s', (written, core) => {
    expect(boundaryOf(`multipart/mixed; boundary=${written}`)).toBe(core)
    for (const dashes of ['--', '----']) {
      const stream = Buffer.from(`${dashes}${core}\r\nContent-Type: text/plain\r\n\r\nhello\r\n${dashes}${core}\r\n`)
      expect(texts(parts(stream, `multipart/mixed; boundary=${written}`))).toEqual(['hello'])
    }
  })

  it('finds the boundary itself where the camera does not name one', () => {
    const stream = Buffer.from(
      `--abc\r\nContent-Type: application/xml\r\n\r\n${alert('1')}\r\n--abc\r\n\r\n${alert('2')}`,
    )
    for (const contentType of [undefined, 'multipart/mixed', 'text/html']) {
      expect(texts(parts(stream, contentType))).toEqual([alert('1'), alert('2')])
    }
  })

  it('gives an event as soon as its root element ends, without waiting for the next boundary', () => {
    expect(
      texts(parts(Buffer.from(`--boundary\r\nContent-Type: application/xml\r\n\r\n${alert('now')}`), MIXED)),
    ).toEqual([alert('now')])
  })

  it('reads a doubled boundary line, a missing head and a Content-Length that lies', () => {
    const stream = Buffer.from(
      `--boundary\r\n--boundary\r\nContent-Type: application/xml\r\n\r\n${alert('doubled')}\r\n` +
        `--boundary\r\n${alert('no head')}\r\n` +
        `--boundary\r\nContent-Type: application/xml\r\nContent-Length: 5\r\n\r\n${alert('too short')}\r\n` +
        `--boundary\r\nContent-Type: application/xml\r\nContent-Length: 99999\r\n\r\n${alert('too long')}\r\n` +
        `--boundary\r\nContent-Type: image/jpeg\r\nContent-Length: 99999\r\n\r\nJPEG\r\n` +
        `--boundary\r\n\r\n${alert('last')}\r\n--boundary--\r\n`,
    )
    expect(texts(parts(stream, MIXED))).toEqual([
      alert('doubled'),
      alert('no head'),
      alert('too short'),
      alert('too long'),
      'JPEG',
      alert('last'),
    ])
  })

  it('cuts a part short that the camera broke off, and reads the next', () => {
    const stream = Buffer.from(
      `--boundary\r\n\r\n<EventNotificationAlert><x>brok\r\n--boundary\r\n\r\n${alert('whole')}`,
    )
    expect(texts(parts(stream, MIXED)).at(-1)).toBe(alert('whole'))
  })

  it('keeps memory bounded when a part never ends, and finds its way back', () => {
    let state = scan(startScan(MIXED), Buffer.from('--boundary\r\nContent-Type: application/xml\r\n\r\n<a>')).state
    for (let megabyte = 0; megabyte < 8; megabyte += 1) {
      state = scan(state, Buffer.alloc(1024 * 1024, 0x41)).state
      expect(state.rest.length).toBeLessThan(3 * 1024 * 1024)
    }
    expect(state.discardedBytes).toBeGreaterThan(7 * 1024 * 1024)
    expect(texts(scan(state, Buffer.from(`\r\n--boundary\r\n\r\n${alert('back')}`)).parts)).toEqual([alert('back')])
  })

  const body = fc.oneof(
    fc
      .string({ maxLength: 60 })
      .map((text) => ({ type: 'application/xml', text: alert(text.replace(/[<>&-]/g, '.')) })),
    fc.uint8Array({ minLength: 1, maxLength: 60 }).map((bytes) => ({
      type: 'image/jpeg',
      text: `\xff\xd8${Buffer.from(bytes).toString('latin1').replace(/[-\r]/g, '.')}`,
    })),
  )
  const framed = fc.record({ body, length: fc.boolean(), newline: fc.constantFrom('\r\n', '\n') })
  const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 })

  it('finds every part, whole and in order, however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(framed, { maxLength: 6 }), cuts, (sent, where) => {
        const stream = sent
          .map(({ body: { type, text }, length, newline: n }) => {
            const size = length ? `Content-Length: ${text.length}${n}` : ''
            return `--boundary${n}Content-Type: ${type}${n}${size}${n}${text}${n}`
          })
          .join('')
        const found = texts(parts(Buffer.from(`${stream}--boundary--\r\n`, 'latin1'), MIXED, where))
        expect(found).toEqual(sent.map(({ body: { text } }) => text))
      }),
    )
  })

  it('says the same of any bytes, however they are cut', () => {
    const noise = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
        fc.constantFrom(
          '--boundary\r\n',
          '--boundary--\n',
          '\r\n',
          '<a>',
          '</a>',
          'Content-Length: 7\r\n',
          '-',
          '<?xml?>',
        ),
      ),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(noise, cuts, fc.constantFrom(MIXED, undefined), (pieces, where, contentType) => {
        const stream = Buffer.from(pieces.join(''), 'latin1')
        expect(texts(parts(stream, contentType, where))).toEqual(texts(parts(stream, contentType)))
      }),
      { numRuns: 1_000 },
    )
  })

  it('finds an event behind any garbage that ends its line', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (garbage) => {
        const stream = Buffer.concat([garbage, Buffer.from(`\r\n--boundary\r\n\r\n${alert('found')}`)])
        expect(texts(parts(stream, MIXED))).toContain(alert('found'))
      }),
    )
  })
})
