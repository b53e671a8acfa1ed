#include "commit.h"

// The build names the commit (CROSSFADE_COMMIT, see Package.swift); otherwise `git archive` writes it into this file.
#ifndef CROSSFADE_COMMIT
#define CROSSFADE_COMMIT "$Format:%h$"
#endif

const char *crossfade_commit(void) { return CROSSFADE_COMMIT; }
