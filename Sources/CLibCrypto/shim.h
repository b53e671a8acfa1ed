#ifndef CROSSFADE_CLIBCRYPTO_SHIM_H
#define CROSSFADE_CLIBCRYPTO_SHIM_H

#include <openssl/sha.h>

#endif
