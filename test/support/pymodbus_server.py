"""An independent Modbus server on pymodbus 3.0 for the tests.

argv[1] is JSON:
  mode    "tcp", "rtu-over-tcp" (listens on 127.0.0.1:port, 0 = any) or "rtu" (opens path)
  units   {unit id: {table: {address: [values]}}}; a unit that is not there is silent,
          an address that is not there is answered with exception 2
  identity {object id: text}: what the server tells of itself (function 43/14)
  slow    {unit id: [seconds]}: how long each of the first answers of a unit is held back
Prints "ready PORT" when it listens.
"""
import asyncio
import json
import sys
import time

from pymodbus.device import ModbusDeviceIdentification
from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock
from pymodbus.server.async_io import ModbusSerialServer, ModbusTcpServer
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

TABLES = {"coil": "co", "discrete-input": "di", "holding-register": "hr", "input-register": "ir"}


class SlowContext(ModbusSlaveContext):
    """A unit that thinks for a while before its first answers."""

    delays = []

    def getValues(self, fc_as_hex, address, count=1):
        if self.delays:
            time.sleep(self.delays.pop(0))
        return super().getValues(fc_as_hex, address, count)


def block(cells):
    values = {}
    for address, run in cells.items():
        for offset, value in enumerate(run):
            values[int(address) + offset] = value
    return ModbusSparseDataBlock(values or {65535: 0})


def context_of(config):
    units = {}
    for unit, tables in config["units"].items():
        blocks = {TABLES[table]: block(cells) for table, cells in tables.items()}
        for name in TABLES.values():
            blocks.setdefault(name, ModbusSparseDataBlock({65535: 0}))
        units[int(unit)] = SlowContext(zero_mode=True, **blocks)
        units[int(unit)].delays = list(config.get("slow", {}).get(unit, []))
    return ModbusServerContext(slaves=units, single=False)


async def main():
    config = json.loads(sys.argv[1])
    context = context_of(config)
    identity = ModbusDeviceIdentification({int(key): text for key, text in config.get("identity", {}).items()})
    if config["mode"] == "rtu":
        server = ModbusSerialServer(
            context,
            framer=ModbusRtuFramer,
            identity=identity,
            port=config["path"],
            baudrate=config.get("baud", 9600),
            ignore_missing_slaves=True,
        )
        await server.start()
        print("ready 0", flush=True)
        await server.serve_forever()
        return
    framer = ModbusSocketFramer if config["mode"] == "tcp" else ModbusRtuFramer
    server = ModbusTcpServer(
        context,
        framer=framer,
        identity=identity,
        address=("127.0.0.1", config.get("port", 0)),
        allow_reuse_address=True,
        ignore_missing_slaves=True,
    )
    serving = asyncio.ensure_future(server.serve_forever())
    await server.serving
    print("ready %d" % server.server.sockets[0].getsockname()[1], flush=True)
    await serving


asyncio.run(main())
