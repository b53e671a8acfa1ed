#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "signals.h"

static void end(int signal) {
  (void)signal;
  _exit(130);
}

__attribute__((constructor)) void crossfade_end_on_signals(void) {
  const int signals[] = {SIGINT, SIGTERM};
  for (size_t place = 0; place < sizeof signals / sizeof signals[0]; place++) {
    struct sigaction present;
    if (sigaction(signals[place], NULL, &present) != 0 || present.sa_handler != SIG_DFL) continue;
    struct sigaction ending = {.sa_handler = end};
    sigaction(signals[place], &ending, NULL);
  }
}
