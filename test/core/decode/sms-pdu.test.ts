import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodePdu, decodeStamp, fateOf } from '../../../core/decode/sms-pdu.ts'
import { partsOf, writeDeliver, writeReport } from '../../../sim/modem/pdu.ts'

const time = fc.integer({ min: 0, max: 2_000_000_000 }).map((seconds) => seconds * 1_000)

describe('a message that came', () => {
  it('is what the phone sent', () => {
    const from = fc.constantFrom('+8613900000001', '10086', '1390000000', 'PITWATCH', 'Bank 24')
    fc.assert(
      fc.property(from, fc.string({ unit: 'binary', maxLength: 200 }), time, (from, text, at) => {
        const parts = partsOf(text)
        const decoded = parts.map((part, index) => {
          const place = parts.length === 1 ? {} : { part: { reference: 7, of: parts.length, number: index + 1 } }
          return decodePdu(writeDeliver({ from, text: part, at, ...place }).hex)
        })
        expect(decoded.map((one) => (one.is === 'text' ? one.text : one.is)).join('')).toBe(text)
        for (const one of decoded) expect(one).toMatchObject({ from, sentAt: at })
      }),
    )
  })

  it('reads as in published examples', () => {
    expect(decodePdu('07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37')).toEqual({
      is: 'text',
      from: '27838890001',
      text: 'hellohello',
      sentAt: Date.UTC(1999, 2, 29, 13, 16, 59),
      part: null,
    })
    const published = [
      ['07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07', '+31641600986', 'How are you?'],
      ['07914306073011F0040B914316709807F2000880604290224080084E2D5174901A8BAF', '+34610789702', '中兴通讯'],
      ['0791447758100650040C914497716247010000909010711423400A2050EC468B81C4733A', '+447917267410', '  1741 bst'],
      [
        '07919333852804000412D0F7FBDD454FB75D693A0000903002801153402BCD301E9F0605D9E971191483C140412A35690D52832063D2F9040599A058EE05A3BD6430580E',
        'www.tim.it',
        'Maxxi Alice 100 ATTIVATA FINO AL 19/04/2009',
      ],
    ] as const
    for (const [hex, from, text] of published) expect(decodePdu(hex)).toMatchObject({ from, text })
  })

  it('reads as in a published example in two parts', () => {
    const [one, two] = [
      '07919471227210244405852122F039F101506271217180A005000319020198E9B2B82C0759DFE4B0F9ED2EB7967537B9CC02B5D37450122D2FCB41EE303DFD7687D96537881A96A7CD6F383DFD7683F46134BBEC064DD36550DA0D22A7CBF3721BE42CD3F5A0198B56036DCA20B8FC0D6A0A4170767D0EAAE540433A082E7F83A6E5F93CFD76BB40D7B2DB0D9AA6CB2072BA3C2F83926EF31BE44E8FD17450BB8C9683CA',
      '07919471227210244405852122F039F1015062712181804F050003190202E4E8309B5E7683DAFC319A5E76B340F73D9A5D7683A6E93268FD9ED3CB6EF67B0E5AD172B19B2C2693C9602E90355D6683A6F0B007946E8382F5393BEC26BB00',
    ].map(decodePdu)
    expect(one).toMatchObject({ part: { reference: 25, of: 2, number: 1 } })
    expect(
      one?.is === 'text' && one.text.endsWith('3,45 € pro MB plus 59 Ct pro Session. Wenn Sie diese Info nicht mehr e'),
    ).toBe(true)
    expect(two).toMatchObject({
      part: { reference: 25, of: 2, number: 2 },
      text: 'rhalten möchten, wählen Sie kostenlos +4917212220. Viel Spaß im Ausland.',
    })
  })

  it('reads a long text with either kind of reference', () => {
    const wide = '0891683108000005F0440D91683109000000F1000862105041505123' + '0B' + '06080412340201' + '77FF4E95'
    expect(decodePdu(wide)).toMatchObject({ text: '矿井', part: { reference: 0x1234, of: 2, number: 1 } })
    const senseless = wide.replace('06080412340201', '06080412340209')
    expect(decodePdu(senseless)).toMatchObject({ text: '矿井', part: null })
  })

  it('keeps a text whose time stamp is nonsense', () => {
    const { hex } = writeDeliver({ from: '+8613900000001', text: 'Q7', at: 0 })
    const stamp = hex.indexOf('07101080000023')
    expect(stamp).toBeGreaterThan(0)
    const broken = `${hex.slice(0, stamp)}00000000000000${hex.slice(stamp + 14)}`
    expect(decodePdu(broken)).toMatchObject({ is: 'text', text: 'Q7', sentAt: null })
  })

  it('has the time of zones west and east', () => {
    // 12 February 1999, 05:57:30, three hours east and west of Greenwich, as in published examples.
    const at = (zone: string) => decodeStamp(Buffer.from(`992021507503${zone}`, 'hex'))
    expect(at('21')).toBe(Date.UTC(1999, 1, 12, 2, 57, 30))
    expect(at('29')).toBe(Date.UTC(1999, 1, 12, 8, 57, 30))
    expect(at('00')).toBe(Date.UTC(1999, 1, 12, 5, 57, 30))
  })

  it('is refused when it is for a program, packed, or in octets', () => {
    const head = '00040D91683109000000F100'
    const stamp = '62105041505123'
    for (const tail of [`04${stamp}03010203`, `20${stamp}03010203`, `F5${stamp}03010203`]) {
      expect(decodePdu(`${head}${tail}`).is).toBe('refused')
    }
    expect(decodePdu(`00440D91683109000000F10008${stamp}09060504158A000077FF`)).toMatchObject({
      is: 'refused',
      why: 'expected a text, came data for a program',
    })
  })
})

describe('a report of a delivery', () => {
  it('is what the network told', () => {
    const told = fc.record({
      reference: fc.integer({ min: 0, max: 255 }),
      to: fc.constantFrom('+8613900000001', '13900000002'),
      at: time,
      status: fc.integer({ min: 0, max: 255 }),
    })
    fc.assert(
      fc.property(told, (told) => {
        expect(decodePdu(writeReport(told).hex)).toEqual({ is: 'report', ...told })
      }),
    )
  })

  it('reads as in a published example', () => {
    expect(decodePdu('079152742205000006070A817020957711112112113391E11121121133912100')).toEqual({
      is: 'report',
      reference: 7,
      to: '0702597711',
      status: 0,
      at: 1_324_456_399_000,
    })
  })

  it('has a fate for every status', () => {
    const fates = [0x00, 0x01, 0x02, 0x1f, 0x20, 0x30, 0x3f, 0x40, 0x45, 0x60, 0x7f, 0x80, 0xff].map(fateOf)
    expect(fates).toEqual([
      ...['delivered', 'unproven', 'unproven', 'unproven', 'trying', 'trying', 'trying'],
      ...['failed', 'failed', 'failed', 'failed', 'failed', 'failed'],
    ])
  })
})

describe('anything else', () => {
  it('is refused with a reason and never throws', () => {
    const good = writeDeliver({ from: '+8613900000001', text: '井口有人', at: 0 }).hex
    const broken = fc.oneof(
      fc.string(),
      fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('hex')),
      fc.integer({ min: 0, max: good.length }).map((length) => good.slice(0, length)),
      fc
        .tuple(fc.integer({ min: 0, max: good.length / 2 - 1 }), fc.integer({ min: 0, max: 255 }))
        .map(([at, octet]) => {
          return `${good.slice(0, at * 2)}${octet.toString(16).padStart(2, '0')}${good.slice(at * 2 + 2)}`
        }),
    )
    fc.assert(
      fc.property(broken, (hex) => {
        expect(['text', 'report', 'refused']).toContain(decodePdu(hex).is)
      }),
      { numRuns: 2_000 },
    )
    for (let length = 0; length < good.length; length += 1) expect(decodePdu(good.slice(0, length)).is).toBe('refused')
  })
})
