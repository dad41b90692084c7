// A header that tools/edges.txt does not allow does not exist for the compiler (cmake/modules.cmake).
#include "candour/base/error.h"
#ifdef MISUSE_VAULT_FROM_MEASURE
#include "candour/vault/vault.h"
#endif
