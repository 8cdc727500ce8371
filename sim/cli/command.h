/* A row of the table of commands. */
#ifndef CHIPSPLIT_CLI_COMMAND_H
#define CHIPSPLIT_CLI_COMMAND_H

struct command {
    const char *name;
    int (*main)(int argc, char **argv);  /* argv[0] is the name; gives the exit code */
    const char *purpose;                 /* a few words for the list of commands */
};

int cmd_run(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_sweep(int argc, char **argv);
int cmd_calibrate(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_new(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_rates(int argc, char **argv);
int cmd_backtest(int argc, char **argv);
int cmd_batch(int argc, char **argv);
int cmd_plot(int argc, char **argv);

#endif
