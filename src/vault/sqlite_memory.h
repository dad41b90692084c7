// The memory of SQLite: what it frees is overwritten first, so that rows of patients do not lie about in the
// heap.
//
// SQLCipher's own PRAGMA cipher_memory_security does this and locks each allocation too. It is not used: a
// lock is on pages, so that freeing one allocation unlocks its neighbours, and the two system calls an
// allocation cost more than half of a load (measured: 87,000 rows a second instead of 190,000). SQLCipher
// keeps its keys in locked memory in any case; a provider's swap must be encrypted or off
// (docs/reference/formats/vault.md).
#pragma once

namespace candour::vault {

/// Sets SQLite's allocator for the whole process; the first call does it. Must come before any other use of
/// SQLite: no module but vault has it.
void wipe_what_sqlite_frees();

}  // namespace candour::vault
