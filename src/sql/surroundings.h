// What DuckDB reads of the machine, for whoever confines a process that will start an engine.
#pragma once

namespace candour::sql {

/// DuckDB asks its control group how much memory and how many cores there are, whatever it was given, and
/// ends the process where it sees these files and may not read them.
inline constexpr const char* kEngineReads[] = {"/proc", "/sys/fs/cgroup"};

}  // namespace candour::sql
