// Whether the hub kept its word: a submission enters the log before its rows are stored, so that whoever has
// a receipt finds the submission in the own copy of the log. A hub that stores rows and keeps their
// submission out is found here by the provider whose rows they are, at its next run.
#pragma once

#include "candour/base/disk.h"
#include "candour/log/store.h"
#include "candour/submission/outbox.h"

namespace candour::node {

/// Asks it of every submission of an outbox that has a receipt. `log` is this node's mirror, brought up to
/// date since the newest receipt. Errors: CND-2556 (names the submission's folder); those of Disk.
void require_logged(const base::Disk& disk, const submission::Outbox& outbox, const log::Store& log);

}  // namespace candour::node
