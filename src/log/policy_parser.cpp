// Reads a policy: line by line, each name before it is used.
#include <algorithm>
#include <optional>
#include <set>

#include "candour/base/error.h"
#include "candour/log/policy.h"
#include "candour/log/text_lines.h"

namespace candour::log {
namespace {

class PolicyParser {
 public:
  Policy parse(std::string_view bytes) {
    if (bytes.size() > kPolicyAtMostBytes) refuse("it is larger than 1 MiB");
    if (!std::ranges::all_of(bytes, is_allowed)) refuse("it has no control character but tab and LF");
    TextLines lines(bytes);
    while (const auto line = lines.next()) {
      ++line_;
      split(*line);
      if (!items_.empty() && !items_.front().starts_with('#')) parse_line();
    }
    if (!lines.rest().empty()) refuse("each line ends with LF");
    if (!has_quorum_) refuse("there is one quorum line");
    return std::move(policy_);
  }

 private:
  static bool is_allowed(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || byte == '\n' || (byte >= 0x20 && byte != 0x7F);
  }

  [[noreturn]] void refuse(base::Literal rule) const {
    throw base::Error("CND-2505", "This is no policy that says which logs and witnesses are believed.")
        .with("rule", base::Label(rule.view()))
        .with("line", line_);
  }

  void split(std::string_view line) {
    items_.clear();
    while (true) {
      const std::size_t start = line.find_first_not_of(" \t");
      if (start == std::string_view::npos) return;
      const std::size_t end = std::min(line.find_first_of(" \t", start), line.size());
      items_.emplace_back(line.substr(start, end - start));
      line.remove_prefix(end);
    }
  }

  void parse_line() {
    if (items_[0] == "log") {
      parse_log();
    } else if (items_[0] == "witness") {
      parse_witness();
    } else if (items_[0] == "group") {
      parse_group();
    } else if (items_[0] == "quorum") {
      parse_quorum();
    } else {
      refuse("a line begins with log, witness, group, quorum or #");
    }
  }

  VerifierKey parse_key(const std::string& text, KeyType type) const {
    std::optional<VerifierKey> key;
    try {
      key = parse_verifier_key(text);
    } catch (const base::Error& error) {
      if (error.code() != base::ErrorCode("CND-2503")) throw;
    }
    if (!key || key->type != type)
      refuse("a log's key has type 01, a witness's type 04, each with its own id");
    return *key;
  }

  template <typename Items>
  void require_new(const Items& items, const VerifierKey& key) const {
    if (items.size() == kPolicyItemsAtMost) refuse("it has at most 256 of each kind");
    if (std::ranges::any_of(items, [&](const auto& item) { return item.key.key == key.key; })) {
      refuse("no two have the same key");
    }
  }

  void define(const std::string& name) {
    if (name == kNoQuorum || !names_.insert(name).second)
      refuse("a name is defined once, and none is no name");
  }

  void parse_log() {
    if (items_.size() < 2 || items_.size() > 3) refuse("a log has a key and perhaps a URL");
    const VerifierKey key = parse_key(items_[1], KeyType::kEd25519);
    require_new(policy_.logs, key);
    policy_.logs.push_back({key, items_.size() == 3 ? items_[2] : ""});
  }

  void parse_witness() {
    if (items_.size() < 3 || items_.size() > 4) refuse("a witness has a name, a key and perhaps a URL");
    const VerifierKey key = parse_key(items_[2], KeyType::kCosignature);
    require_new(policy_.witnesses, key);
    define(items_[1]);
    policy_.witnesses.push_back({items_[1], key, items_.size() == 4 ? items_[3] : ""});
  }

  void parse_group() {
    if (items_.size() < 4) refuse("a group has a name, all, any or a number, and members");
    if (policy_.groups.size() == kPolicyItemsAtMost) refuse("it has at most 256 of each kind");
    PolicyGroup group{.name = items_[1], .members = {items_.begin() + 3, items_.end()}};
    for (const std::string& member : group.members) {
      if (!names_.contains(member)) refuse("a member is defined before its group");
      if (!members_.insert(member).second) refuse("a name is a member once in the whole policy");
    }
    if (items_[2] == "all") {
      group.least = group.members.size();
    } else if (items_[2] != "any") {
      const auto least = parse_decimal(items_[2]);
      if (!least || *least < 1 || *least > group.members.size()) {
        refuse("a group asks for at least 1 and at most all of its members");
      }
      group.least = *least;
    }
    define(group.name);
    policy_.groups.push_back(std::move(group));
  }

  void parse_quorum() {
    if (items_.size() != 2 || has_quorum_) refuse("there is one quorum line, with one name");
    if (items_[1] != kNoQuorum && !names_.contains(items_[1]))
      refuse("the quorum's name is defined before it");
    policy_.quorum = items_[1];
    has_quorum_ = true;
  }

  Policy policy_;
  std::vector<std::string> items_;  ///< of the line
  std::set<std::string> names_;
  std::set<std::string> members_;
  std::int64_t line_ = 0;
  bool has_quorum_ = false;
};

}  // namespace

Policy parse_policy(std::string_view bytes) { return PolicyParser().parse(bytes); }

}  // namespace candour::log
