import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UtcMs } from '../../core/contract/time.ts'
import { systemClock } from '../../platform/clock.ts'
import { openLog } from '../../platform/log.ts'
import { COUNTY_SITES } from '../../sim/county.ts'
import { openPty } from '../../sim/pty.ts'
import { scenarioOf } from '../../sim/scenario.ts'
import { openSimulation, type Simulation } from '../../sim/simulation.ts'
import { PYTHON, startProcess, testFolder } from '../support/processes.ts'

const world = { seed: 3, scenario: scenarioOf('quiet') }
/** So long after the start that the clock's own progress changes nothing that matters. */
const origin = UtcMs.parse(systemClock.now() - 100_000)
let simulation: Simulation

beforeAll(async () => {
  simulation = await openSimulation(
    {
      sites: COUNTY_SITES,
      world,
      host: '127.0.0.1',
      addresses: {},
      origin,
      cameras: { user: 'u', password: 'p' },
      broker: null,
    },
    { clock: systemClock, log: openLog('test', 'silent') },
  )
})
afterAll(async () => {
  await simulation.close()
})

/** Reads with pymodbus, a client that shares nothing with this repository, and prints one JSON line. */
const CLIENT = `
import json, struct, sys
from pymodbus.client import ModbusSerialClient, ModbusTcpClient
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer
place, framing, unit, kind, address, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], int(sys.argv[5]), int(sys.argv[6])
if framing == 'serial':
    client = ModbusSerialClient(place, baudrate=9600, timeout=3)
else:
    client = ModbusTcpClient('127.0.0.1', port=int(place), framer=ModbusRtuFramer if framing == 'rtu' else ModbusSocketFramer, timeout=3)
assert client.connect()
read = {'holding': client.read_holding_registers, 'input': client.read_input_registers, 'discrete': client.read_discrete_inputs}[kind]
answer = read(address, count, slave=unit)
if answer.isError():
    print('RESULT ' + json.dumps({'exception': getattr(answer, 'exception_code', str(answer))}))
elif kind == 'discrete':
    print('RESULT ' + json.dumps({'bits': answer.bits[:count]}))
else:
    words = answer.registers
    floats = [struct.unpack('>f', struct.pack('>HH', words[i], words[i + 1]))[0] for i in range(0, len(words) - 1, 2)]
    print('RESULT ' + json.dumps({'words': words, 'floats': floats}))
client.close()
`

interface Answer {
  readonly exception?: number
  readonly bits?: readonly boolean[]
  readonly words?: readonly number[]
  readonly floats?: readonly number[]
}

function read(bus: string, ...request: readonly (string | number)[]): Promise<Answer> {
  return readAt(String(simulation.addresses[`bus:${bus}`]), ...request)
}

async function readAt(place: string, ...request: readonly (string | number)[]): Promise<Answer> {
  const args = ['-c', CLIENT, place, ...request.map(String)]
  await using client = await startProcess(PYTHON, args, { ready: /RESULT (.*)/ })
  return JSON.parse(client.match[1]!) as Answer
}

describe('an independent Modbus client', () => {
  it('reads the voltages of an SDM630 on Modbus/TCP', async () => {
    const { floats } = await read('baiya-quarry/crusher', 'tcp', 1, 'input', 0, 6)
    for (const volts of floats!) expect(volts).toBeGreaterThan(205)
    for (const volts of floats!) expect(volts).toBeLessThan(240)
  })

  it('reads the kilowatts of an ADL400 on RTU over TCP, beside another unit on the same line', async () => {
    const pump = await read('hongni-sump/rs485', 'rtu', 1, 'holding', 0x081a, 2)
    expect(pump.floats![0]).toBeGreaterThan(19.5)
    expect(pump.floats![0]).toBeLessThan(21)
    const level = await read('hongni-sump/rs485', 'rtu', 2, 'holding', 0, 1)
    const milliamps = (level.words![0]! * 20) / 65_535
    expect(((milliamps - 4) / 16) * 5).toBeCloseTo(2.4, 1)
  })

  it('reads tenths of a volt from a DTSU666, whose floats are scaled', async () => {
    const { floats } = await read('wangtai-tower/cabinet', 'tcp', 1, 'holding', 0x2006, 2)
    expect(floats![0]! / 10).toBeGreaterThan(220)
    expect(floats![0]! / 10).toBeLessThan(240)
  })

  it('reads the contacts of an input module as bits', async () => {
    const { bits } = await read('beigou-pit/cabinet', 'tcp', 2, 'discrete', 0, 8)
    expect(bits).toEqual([false, false, false, false, false, false, false, false])
  })

  it('reads the same line through a pseudo-terminal as a serial port', async () => {
    await using folder = await testFolder()
    const port = simulation.addresses['bus:hongni-sump/rs485']!
    await using pty = await openPty(join(folder.path, 'line.tty'), { host: '127.0.0.1', port })
    const pump = await readAt(pty.path, 'serial', 1, 'holding', 0x081a, 2)
    expect(pump.floats![0]).toBeGreaterThan(19.5)
    expect(pump.floats![0]).toBeLessThan(21)
  })

  it('is told exception 2 for an address the device does not have', async () => {
    expect(await read('beigou-pit/cabinet', 'tcp', 1, 'input', 0x3000, 2)).toEqual({ exception: 2 })
  })

  it('is told by the converter that a unit on its line does not answer', async () => {
    expect(await read('beigou-pit/cabinet', 'tcp', 99, 'input', 0, 2)).toEqual({ exception: 11 })
  })
})
