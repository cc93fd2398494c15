/*
 * commands - what the program does when it is called with a word: each takes the arguments behind
 * it and gives the exit status: 0; 1: it failed; 2: it was called or set up wrongly.
 *
 * Thread: main, before any other.
 */
#pragma once

int command_serve(int argc, char **argv);
int command_admin(int argc, char **argv);
int command_migrate(int argc, char **argv);
int command_db(int argc, char **argv);
int command_backup(int argc, char **argv);
int command_verify(int argc, char **argv);
int command_restore(int argc, char **argv);
int command_audit(int argc, char **argv);
int command_doctor(int argc, char **argv);
int command_dev_cert(int argc, char **argv);
int command_healthcheck(int argc, char **argv);
int command_version(int argc, char **argv);
int command_help(int argc, char **argv);
