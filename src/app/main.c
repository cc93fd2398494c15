#include "app/commands.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} commands[] = {
    {"serve", command_serve},
    {"admin", command_admin},
    {"migrate", command_migrate},
    {"db", command_db},
    {"backup", command_backup},
    {"verify", command_verify},
    {"restore", command_restore},
    {"doctor", command_doctor},
    {"audit", command_audit},
    {"dev-cert", command_dev_cert},
    {"healthcheck", command_healthcheck},
    {"version", command_version},
    {"help", command_help},
    {"--version", command_version},
    {"--help", command_help},
};

int main(int argc, char **argv)
{
    if (argc < 2)
        return command_serve(0, NULL);
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 2, argv + 2);
    }
    (void)fprintf(stderr, "convene: there is no command %s; see convene help.\n", argv[1]);
    return 2;
}
