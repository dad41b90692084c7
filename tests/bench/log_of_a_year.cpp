// Writes a log as a federation of 478 providers fills it when each sends two tables every day: a million
// entries are 348 days. Every statement is signed for real and keeps the rules of its kind, so that `candour
// log verify` finds nothing. For log_verify.py, which measures what reading all of it costs.
//
//   log_of_a_year FOLDER [ENTRIES, default 1000000]
//
// Writes whole days until there are so many entries, into FOLDER/log, as the hub keeps it. FOLDER/static has
// the same as the plain files that others read: checkpoint, tiles and bundles, partial ones too, policy, and
// `keys`, a line of hexadecimal for each public key that signed an entry.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "candour/base/date.h"
#include "candour/instruction/succession.h"
#include "candour/log/store.h"
#include "candour/node/log_audit_testing.h"
#include "candour/statement/opt_out_figures.h"
#include "candour/statement/refusal.h"

using namespace candour;

namespace {

using candour::testing::digest_of;
using candour::testing::id_of;
using candour::testing::key_of;
using statement::Id;

constexpr std::int64_t kDay = 86'400;
constexpr std::size_t kProviders = 478;
constexpr std::size_t kWitnesses = 5;

struct WrittenLog {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;  ///< of the entries
  base::Digest federation{};
};

struct Order {
  std::string collection;
  Id instruction{};
  std::map<std::string, base::Digest> newest{};  ///< slice → the submission that holds it
};

class Year {
 public:
  Year(base::Disk& disk, const std::filesystem::path& folder)
      : store_(disk, folder / "log"), static_(folder / "static") {}

  WrittenLog write(std::uint64_t entries) {
    found();
    for (std::int64_t day = 0; store_.next().size + batch_.size() < entries; ++day) one_day(day);
    flush();
    store_.publish(log_.members.checkpoint(now_ + 60, kWitnesses));
    for (const auto& [digest, body] : log_.members.bodies) store_.bodies().put(digest, body);
    export_static();
    written_.entries = store_.next().size;
    written_.federation = log_.members.charter.federation();
    return written_;
  }

 private:
  // From the charter to 28 days of notice of two orders: what governs, each under a head.
  void found() {
    auto& members = log_.members;
    for (std::size_t i = 0; i < kProviders; ++i) {
      instruction::Provider provider;
      provider.code = provider.name = "X" + std::to_string(1000 + i);
      provider.signing_key = key_of(provider.code).public_key();
      provider.tls_key = digest_of("tls " + provider.code);
      provider.quota_day = 150'000;
      provider.quota_30_days = 2'000'000;
      members.charter.providers.push_back(provider);
    }
    log_.enter_version(3);
    members.enter_head(node::testing::kFounded + 120);
    members.enter_head(node::testing::kFounded + instruction::kProviderSeconds + 240);
    for (const std::string collection : {"cancer-waits", "diagnostics"}) {
      members.enter_collection(collection, digest_of(collection));
      instruction::Instruction order = members.order;
      order.header.id = id_of("daily " + collection);
      order.name = "daily-" + collection;
      order.notice_days = 28;
      order.expires = order.not_before + 3 * 365 * kDay;
      order.collections.front().name = collection;
      order.collections.front().sha256 = digest_of(collection);
      members.enter(members.sign_order(order));
      orders_.push_back({collection, order.header.id});
    }
    now_ = node::testing::kFounded + instruction::kProviderSeconds + 300;
    members.enter_head(now_);
    begin_ = (now_ / kDay + 30) * kDay;
    for (const std::string& entry : members.entries) keep(entry);
  }

  void one_day(std::int64_t day) {
    const std::int64_t midnight = begin_ + day * kDay;
    const std::string month = base::utc_day(midnight).iso().substr(0, 7);
    now_ = midnight;
    if (month != month_) begin_month(month);
    for (std::size_t i = 0; i < kProviders; ++i) {
      now_ = midnight + 2 * 3'600 + static_cast<std::int64_t>(i) * 60;
      for (Order& order : orders_) send(order, i, month, day);
    }
    for (const Order& order : orders_) run(order, statement::RunPurpose::kMeasure, month);
    for (std::size_t i = 0; i < 3; ++i) refuse(i);
    enter_head();
  }

  void begin_month(const std::string& month) {
    for (const Order& order : orders_) {
      for (std::size_t i = 0; i < kProviders && !month_.empty(); ++i) publish_opt_outs(order, code_of(i));
      if (!month_.empty()) release(order);
    }
    month_ = month;
    statement::SealingKey key{.header = header()};
    key.first_day = *base::Date::parse_iso(month + "-01");
    key.last_day = key.first_day;
    sealing_key_ = key.header.id;
    sign("sealing-key", key, "hub");
  }

  void send(Order& order, std::size_t place, const std::string& month, std::int64_t day) {
    const std::string code = code_of(place);
    statement::Submission one{.header = header()};
    for (std::size_t i = 0; i <= (place % 8 == 0 ? 1U : 0U); ++i) {
      statement::Batch batch{.header = header()};
      batch.instruction = order.instruction;
      batch.domain = candour::testing::kTestDomain;
      batch.epoch = 1;
      batch.provider = code;
      batch.collection = order.collection;
      batch.size = 256U << (place % 7);
      batch.points_sha256 = next_digest();
      one.batches.push_back(statement::leaf_hash(sign("batch", batch, code)));
    }
    one.instruction = order.instruction;
    one.collection = order.collection;
    one.collection_sha256 = digest_of(order.collection);
    one.table = "waits";
    one.period = month;
    one.provider = code;
    one.revision = static_cast<std::uint32_t>(day + 1);
    base::Digest& newest = order.newest[code + " " + month];
    if (newest != base::Digest{}) one.supersedes = newest;
    one.attestations_sha256 = next_digest();
    one.commitment = next_digest();
    one.sealing_key = sealing_key_;
    one.package_sha256 = next_digest();
    one.package_bytes = std::uint64_t{1} << 20;
    one.opt_out = log_.members.order.opt_out;
    newest = digest_of(sign("submission", one, code));
    statement::Receipt receipt{.header = header()};
    receipt.header.id = statement::derived_id("receipt", newest);
    receipt.submission = newest;
    receipt.provider = code;
    receipt.collection = order.collection;
    receipt.table = one.table;
    receipt.period = month;
    receipt.revision = one.revision;
    receipt.version = static_cast<std::uint64_t>(day) * kProviders + place;
    sign("receipt", receipt, "hub");
  }

  base::Digest run(const Order& order, statement::RunPurpose purpose, const std::string& month) {
    statement::Run run{.header = header()};
    run.instruction = order.instruction;
    run.purpose = purpose;
    run.who = "data team";
    run.collection = order.collection;
    run.period = month;
    run.measures = {"rtt-monthly"};
    run.sql_commitment = next_digest();
    run.inputs_commitment = next_digest();
    const base::Digest leaf = statement::leaf_hash(sign("run", run, "hub"));
    statement::Result result{.header = header()};
    result.run = leaf;
    result.header.id = statement::derived_id("result", leaf);
    result.output_commitment = next_digest();
    sign("result", result, "hub");
    return leaf;
  }

  void release(const Order& order) {
    statement::Release release{.header = header()};
    release.instruction = order.instruction;
    release.run = run(order, statement::RunPurpose::kRelease, month_);
    release.title = "Waiting times";
    release.period = month_;
    release.release_sha256 = next_digest();
    release.disclosure_rules = {"none"};
    release.audit_commitment = next_digest();
    sign("release", release, "producer");
  }

  void publish_opt_outs(const Order& order, const std::string& code) {
    statement::OptOutFigures figures{.header = header()};
    figures.header.id = statement::derived_id(
        "opt-out-figures", statement::opt_out_figures_subject(code, order.collection, month_));
    figures.provider = code;
    figures.collection = order.collection;
    figures.month = month_;
    figures.national = statement::published_figure(count_ % 5'000);
    figures.type_1 = statement::published_figure(count_ % 50);
    sign("opt-out-figures", figures, code);
  }

  void refuse(std::size_t place) {
    statement::Refusal refusal{.header = header()};
    refusal.role = statement::NodeRole::kGuardian;
    refusal.at = "guardian " + std::to_string(1 + place);
    refusal.act = statement::RefusedAct::kEvaluate;
    refusal.to = code_of(count_ % kProviders);
    refusal.instruction = orders_.front().instruction;
    refusal.code = "CND-2123";
    refusal.since = refusal.until = now_;
    sign("refusal", refusal, refusal.at);
  }

  void enter_head() {
    now_ += 120;
    flush();
    const std::string head = log_.members.head(now_, log_.members.charter.quorum);
    log_.members.tree.add(log::leaf_hash(base::as_bytes(head)));
    keep(head);
  }

  template <typename Statement>
  std::string sign(std::string_view kind, const Statement& of, const std::string& name) {
    const auto [key, is_new] = keys_.try_emplace(name, nullptr);
    if (is_new) key->second = std::make_unique<crypto::SigningKey>(key_of(name));
    std::string entry =
        statement::write_envelope(statement::sign(kind, statement::write_payload(of), *key->second));
    log_.members.tree.add(log::leaf_hash(base::as_bytes(entry)));
    keep(entry);
    return entry;
  }

  void keep(std::string entry) {
    written_.bytes += entry.size();
    batch_.push_back(std::move(entry));
    if (batch_.size() == log::kAppendAtMostEntries) flush();
  }
  void flush() {
    if (!batch_.empty()) (void)store_.append(store_.next(), batch_);
    batch_.clear();
  }

  [[nodiscard]] statement::Header header() {
    statement::Header made = log_.members.header("");
    const base::Digest id = next_digest();
    std::copy_n(id.begin(), made.id.size(), made.id.begin());
    made.made = now_;
    return made;
  }
  base::Digest next_digest() { return digest_of("a year's " + std::to_string(count_++)); }
  static std::string code_of(std::size_t place) { return "X" + std::to_string(1000 + place); }

  void store_static(const std::string& path, const std::string& bytes) const {
    std::filesystem::create_directories((static_ / path).parent_path());
    std::ofstream(static_ / path, std::ios::binary) << bytes;
  }
  void export_static() {
    const auto put = [&](const log::TileName& name) {
      store_static(log::tile_path(name), *store_.fetch(log::tile_path(name)));
    };
    for (const log::TileName& name : log::tiles_between(0, store_.next().size)) put(name);
    for (const log::TileName& name : log::bundles_between(0, store_.next().size)) put(name);
    store_static("checkpoint", *store_.fetch("checkpoint"));
    store_static("policy", log::write_policy(instruction::log_policy(*log_.members.log->charter())));
    std::string lines;
    for (const std::string name : {"founders", "controller a", "controller b", "guardian 1", "guardian 2",
                                   "guardian 3", "hub", "R1H"}) {
      lines += base::to_hex(key_of(name).public_key()) + "\n";
    }
    for (const auto& [name, key] : keys_) lines += base::to_hex(key->public_key()) + "\n";
    store_static("keys", lines);
  }

  log::Store store_;
  const std::filesystem::path static_;
  node::testing::AuditedLog log_;
  std::map<std::string, std::unique_ptr<crypto::SigningKey>> keys_;
  std::vector<Order> orders_;
  std::vector<std::string> batch_;
  std::int64_t begin_ = 0, now_ = 0;
  std::string month_;
  Id sealing_key_{};
  std::uint64_t count_ = 0;
  WrittenLog written_;
};

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::fprintf(stderr, "log_of_a_year FOLDER [ENTRIES]\n");
    return 1;
  }
  base::PosixDisk disk;
  const std::uint64_t entries = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1'000'000;
  const WrittenLog written = Year(disk, arguments[1]).write(entries);
  std::printf("{\"entries\": %llu, \"bytes\": %llu, \"federation\": \"%s\"}\n",
              static_cast<unsigned long long>(written.entries),
              static_cast<unsigned long long>(written.bytes), base::to_hex(written.federation).c_str());
  return 0;
}
