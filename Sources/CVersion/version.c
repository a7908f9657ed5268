#include "CVersion.h"

#ifndef LAMELLA_COMMIT
#define LAMELLA_COMMIT ""
#endif

const char *lamella_commit(void) { return LAMELLA_COMMIT; }
