// `candour log watch`: follows a log at several places at once, and says what should make people ask: two
// histories, a log that stands still, promises that are overdue.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <memory>
#include <ostream>
#include <set>
#include <thread>

#include "candour/base/date.h"
#include "candour/base/error.h"
#include "candour/base/printable.h"
#include "candour/cli/log_commands.h"
#include "candour/cli/log_mirror.h"
#include "candour/cli/log_source.h"
#include "candour/log/fork.h"
#include "candour/node/log_references.h"

namespace candour::cli {
namespace {

constexpr std::chrono::seconds kWatchEvery{60};
/// A checkpoint that nobody has cosigned for so long says nothing about now.
constexpr std::int64_t kStaleSeconds = 15 * 60;
constexpr std::size_t kFolderDigits = 16;

struct WatchOptions {
  std::vector<std::string> urls;
  std::string federation;
  std::filesystem::path state;
  bool once = false;
};

/// One place where the log is served, with the mirror of it.
struct Watched {
  std::string url;
  std::unique_ptr<log::TileSource> remote;
  std::unique_ptr<PublicMirror> mirror;  ///< nothing until its first answer
  node::LogReferences references;
  std::uint64_t referred = 0;  ///< so many entries were taken into them
  std::uint64_t known = 0;     ///< so many entries the last look saw, here or in a run before
  std::int64_t witnessed = 0;  ///< when the witnesses had signed the log with those and no others
};

class Watch {
 public:
  Watch(Context& context, const WatchOptions& options)
      : context_(context), options_(options), federation_(parse_federation(options.federation)) {
    for (const std::string& url : options.urls)
      watched_.push_back({url, open_log(context, url), {}, {}, 0, 0, 0});
    context.disk.make_folder(options.state);
  }

  /// One round over all places. What was said is not said again.
  void look() {
    for (Watched& one : watched_) {
      try {
        update(one);
        look_at(one);
      } catch (const base::Error& error) {
        say(one.url + ": " + base::describe(error));
      }
    }
    for (std::size_t i = 0; i < watched_.size(); ++i) {
      for (std::size_t j = i + 1; j < watched_.size(); ++j) compare(watched_[i], watched_[j]);
    }
  }
  [[nodiscard]] bool has_said() const { return !said_.empty(); }
  [[nodiscard]] std::uint64_t entries() const {
    std::uint64_t most = 0;
    for (const Watched& one : watched_) {
      if (one.mirror) most = std::max(most, one.mirror->store().published().head.size);
    }
    return most;
  }

 private:
  void say(const std::string& text) {
    if (said_.insert(text).second) context_.out << text << std::endl;
  }

  void update(Watched& one) {
    if (!one.mirror) {
      const std::string name = base::to_hex(base::sha256(base::as_bytes(one.url))).substr(0, kFolderDigits);
      one.mirror = std::make_unique<PublicMirror>(context_, *one.remote, options_.state / name, federation_);
    }
    one.known = one.mirror->store().published().head.size;
    if (const auto at = one.mirror->view().moment().witnessed) one.witnessed = at;
    one.mirror->update();
  }

  void look_at(Watched& one) {
    const auto log = one.mirror->view().now();
    const auto& problems = log->problems();
    one.mirror->store().each_entry(
        one.referred, log->size(), [&](std::uint64_t index, std::string_view entry) {
          one.referred = index + 1;
          if (std::ranges::binary_search(problems, index, {}, &instruction::Problem::index)) return;
          say_all(one.url, one.references.take(index, entry, index < one.known ? 0 : one.witnessed));
        });
    for (const instruction::Problem& problem : problems) {
      say_found(one.url, {problem.index, problem.kind, problem.code, problem.rule});
    }
    const instruction::Moment moment = one.mirror->view().moment();
    say_all(one.url, one.references.overdue(*log, moment.now));
    if (moment.witnessed == 0) {
      say_found(one.url, {.code = "CND-2488",
                          .says = "The newest checkpoint lacks the quorum of the charter in force."});
    } else if (moment.now - moment.witnessed > kStaleSeconds) {
      say_found(one.url,
                {.code = "CND-2488",
                 .says = "The newest checkpoint was cosigned " + base::utc_text(moment.witnessed) + "."});
    }
  }

  void say_found(const std::string& url, const node::AuditFinding& found) {
    const std::string place = found.index ? "entry " + std::to_string(*found.index) + ": " : "";
    say(url + ": " + place + found.code + " " + base::printable(found.says));
  }
  void say_all(const std::string& url, const std::vector<node::AuditFinding>& findings) {
    for (const node::AuditFinding& one : findings) say_found(url, one);
  }

  // The larger mirror has the entries of both: its tree at the smaller one's size is the smaller one's, or
  // the log was shown in two histories.
  void compare(Watched& first, Watched& second) {
    if (!first.mirror || !second.mirror) return;
    const bool in_order =
        first.mirror->store().published().head.size <= second.mirror->store().published().head.size;
    log::Store& small = (in_order ? first : second).mirror->store();
    log::Store& large = (in_order ? second : first).mirror->store();
    if (small.published().note.empty()) return;
    const log::Head smaller = small.published().head, larger = large.published().head;
    log::TileReader reader(large, larger);
    const log::Digest root = log::root_of(reader, smaller.size);
    if (root == smaller.root) return;
    log::Fork fork{.smaller = log::parse_checkpoint(small.published().note),
                   .larger = log::parse_checkpoint(large.published().note)};
    if (smaller.size < larger.size) {
      fork.root = root;
      fork.path = log::prove_consistency(reader, smaller.size, larger.size);
    }
    const auto path = log::keep_fork(context_.disk, options_.state / "evidence", fork);
    say_found(
        first.url + " and " + second.url,
        {.code = "CND-2552", .says = "Two histories of one log. The evidence is " + path.string() + "."});
  }

  Context& context_;
  const WatchOptions& options_;
  const base::Digest federation_;
  std::vector<Watched> watched_;
  std::set<std::string> said_;
};

void watch(Context& context, const WatchOptions& options) {
  Watch watch(context, options);
  while (true) {
    watch.look();
    if (options.once) break;
    std::this_thread::sleep_for(kWatchEvery);
  }
  if (watch.has_said()) {
    context.exit = Exit::kRefused;
  } else {
    context.err << "Nothing to say about " << watch.entries() << " entries.\n";
  }
}

}  // namespace

void add_log_watch(CLI::App& group, Context& context) {
  auto options = std::make_shared<WatchOptions>();
  CLI::App* command = group.add_subcommand(
      "watch", "Follow a log at several places: two histories, broken rules, promises that are overdue");
  command->add_option("URL", options->urls, "http://127.0.0.1:PORT, or the folder of a mirror; several")
      ->required();
  command->add_option("--federation", options->federation, "SHA-256 of the charter's version 1")->required();
  command->add_option("--state", options->state, "Mirrors and evidence are kept here")->required();
  command->add_flag("--once", options->once, "Look once; ends with 3 where there is something to say");
  command->callback([&context, options] { watch(context, *options); });
}

}  // namespace candour::cli
