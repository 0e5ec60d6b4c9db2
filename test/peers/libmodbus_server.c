/*
 * A Modbus server on Debian's libmodbus, for the tests: libmodbus_server tcp|PATH BAUD UNIT.
 * Registers and bits 0-199: holding register i holds 7 i + 1, input register i holds 3 i + 2, every third coil and every
 * second discrete input is on. Prints "ready PORT" when it listens; PORT is 0 on a serial port.
 */
#include <arpa/inet.h>
#include <modbus/modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CELLS = 200 };

static modbus_mapping_t *filled(void)
{
    modbus_mapping_t *map = modbus_mapping_new(CELLS, CELLS, CELLS, CELLS);
    for (int i = 0; map != NULL && i < CELLS; i++) {
        map->tab_bits[i] = i % 3 == 0;
        map->tab_input_bits[i] = i % 2 == 0;
        map->tab_registers[i] = 7 * i + 1;
        map->tab_input_registers[i] = 3 * i + 2;
    }
    return map;
}

static void converse(modbus_t *ctx, modbus_mapping_t *map)
{
    uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
    for (;;) {
        int length = modbus_receive(ctx, query);
        if (length > 0)
            modbus_reply(ctx, query, length, map);
        else if (length < 0)
            return;
    }
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    int is_tcp = strcmp(argv[1], "tcp") == 0;
    modbus_t *ctx = is_tcp ? modbus_new_tcp("127.0.0.1", 0) : modbus_new_rtu(argv[1], atoi(argv[2]), 'N', 8, 1);
    modbus_mapping_t *map = filled();
    if (ctx == NULL || map == NULL || modbus_set_slave(ctx, atoi(argv[3])) != 0)
        return 1;

    if (!is_tcp) {
        if (modbus_connect(ctx) != 0)
            return 1;
        printf("ready 0\n");
        fflush(stdout);
        /* Noise and requests to other units are no reason to end. */
        for (;;)
            converse(ctx, map);
    }

    int listening = modbus_tcp_listen(ctx, 1);
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    if (listening < 0 || getsockname(listening, (struct sockaddr *)&address, &size) != 0)
        return 1;
    printf("ready %d\n", ntohs(address.sin_port));
    fflush(stdout);
    while (modbus_tcp_accept(ctx, &listening) >= 0) {
        converse(ctx, map);
        close(modbus_get_socket(ctx));
    }
    return 0;
}
