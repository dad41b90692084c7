// What a provider tells the public of each month that is over: one `opt-out-figures` statement for each
// collection that the hub received rows of in it.
//
//   OUTBOX/figures/ID.dsse    the statement; entered after it is here, so that it says the same whenever it
//                             is entered; signed by the key that is pinned then
//
// ID is the statement's, which provider, collection and month decide: a month is told once, and what is
// corrected later belongs to the month in which it is sent. For one thread.
// docs/reference/formats/submission.md.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/disk.h"
#include "candour/base/error.h"
#include "candour/crypto/signature.h"
#include "candour/node/log.h"
#include "candour/node/log_view.h"
#include "candour/node/sent_months.h"
#include "candour/statement/opt_out_figures.h"

namespace candour::node {

/// What may be said of a month's counts; the header is the caller's. Either how many rows went, where no
/// opt-out was applied, or how many an opt-out left out.
[[nodiscard]] statement::OptOutFigures figures_of(std::string_view provider, const SentMonth& month,
                                                  const SentCounts& counts);

/// A month whose figures were entered now, or never can be.
struct ToldMonth {
  std::string collection, month;
  std::optional<base::Error> error{};  ///< the log does not take them, or a file does not read
};

class MonthlyFigures {
 public:
  /// What is referred to outlives it.
  struct Parts {
    base::Disk& disk;
    LogView& view;  ///< brought up to date
    Log& log;
    const submission::Outbox& outbox;
    /// Enters a statement in the log; returns when it is there for good.
    std::function<void(std::string_view envelope)> enter;
    const crypto::SigningKey& signing_key;  ///< the provider's
    std::string provider;
    std::filesystem::path folder;
  };
  explicit MonthlyFigures(Parts parts) : parts_(std::move(parts)) {}

  /// Tells every month that is due and that the log does not have. A month is over when both this node's
  /// clock and the log's witnesses say so. Where the log cannot be reached they wait for the next run: no
  /// error. Errors: what does not read in the outbox.
  std::vector<ToldMonth> tell();

 private:
  /// The statement's bytes, kept; nothing where the counts are not known.
  [[nodiscard]] std::optional<std::string> kept(const SentMonth& month, const statement::Id& id,
                                                std::int64_t now);
  /// Whether it is in the log now, or waits for it.
  [[nodiscard]] bool enter(const SentMonth& month, std::string_view envelope);
  const Parts parts_;
};

}  // namespace candour::node
