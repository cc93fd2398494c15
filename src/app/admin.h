/*
 * admin - `convene admin user ...`: what the operator does with people by the command line, also beside
 * a server that runs.  A server learns within SESSION_LOOK whose sessions it ended.
 *
 * Thread: the main loop's.
 */
#pragma once

/* Lines for whoever typed something else. */
extern const char admin_usage[];

/* argv[0]: list, role, deactivate, restore, reset, sessions-end, totp-off.  The program's exit code. */
int admin_user(int argc, char **argv);
