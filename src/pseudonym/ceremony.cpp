#include "candour/pseudonym/ceremony.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/pseudonym/ceremony_abort.h"
#include "candour/pseudonym/ceremony_dealing.h"
#include "candour/pseudonym/ceremony_end.h"
#include "candour/pseudonym/ceremony_folder.h"
#include "candour/pseudonym/ceremony_plan.h"
#include "candour/pseudonym/ceremony_secrets.h"
#include "candour/pseudonym/share.h"
#include "candour/statement/envelope.h"

namespace candour::pseudonym {
namespace {

using crypto::ShareIndex;
using statement::CeremonyCommit;
using statement::CeremonyComplaint;
using statement::CeremonyDeal;
using statement::CeremonyEvidence;
using statement::CeremonyPlan;
namespace fs = std::filesystem;

bool holds(const std::vector<ShareIndex>& indices, ShareIndex index) {
  return std::ranges::binary_search(indices, index);
}

class Part {
 public:
  Part(const CeremonySeat& seat, const CeremonyPlan& plan, const fs::path& own)
      : seat_(seat),
        plan_(plan),
        own_(own),
        all_(statement::participants(plan)),
        folder_(seat.disk, seat.shared, own, plan, seat.charter) {}

  CeremonyProgress advance() {
    if (is_signed_by_all()) return finish();
    read_abort_records(seat_, plan_, own_, folder_);
    if (folder_.blame()) return abort();
    join();
    if (!read_commits()) return outcome();
    if (is_dealer()) publish(statement::kDealKind, [this] { return deal(); });
    if (!read_deals()) return outcome();
    read_complaints();
    if (folder_.blame()) return abort();
    if (is_receiver() && !receive_shares()) return abort();
    publish(statement::kCeremonyKind, [this] { return transcript(); });
    if (is_signed_by_all()) return finish();
    static_cast<void>(receive_all(statement::kCeremonyKind, all_));
    return outcome();
  }

 private:
  [[nodiscard]] bool is_dealer() const { return holds(plan_.dealers, seat_.guardian); }
  [[nodiscard]] bool is_receiver() const { return holds(plan_.receivers, seat_.guardian); }

  template <typename Make>
  void publish(std::string_view kind, const Make& make) {
    const std::string file = message_file(kind, seat_.guardian);
    if (!folder_.is_shown(file)) progress_.shown.push_back(file);
    folder_.publish(kind, seat_.guardian, [&] {
      return statement::write_envelope(statement::sign(kind, make(), seat_.signing_key));
    });
  }

  // Receives a round's messages of these guardians, and notes which are missing.
  bool receive_all(std::string_view kind, const std::vector<ShareIndex>& guardians) {
    for (const ShareIndex guardian : guardians) {
      if (folder_.receive(kind, guardian) == nullptr) {
        progress_.missing.push_back(message_file(kind, guardian));
      }
    }
    return progress_.missing.empty() && !folder_.blame();
  }

  template <typename Statement>
  Message<Statement> message(std::string_view kind, ShareIndex guardian) {
    const CeremonyEvidence* evidence = folder_.receive(kind, guardian);
    CANDOUR_CHECK(evidence != nullptr);
    auto opened = open_message<Statement>(plan_, seat_.charter, *evidence);
    CANDOUR_CHECK(opened.statement.has_value());  // what is none was blamed when it was received
    return {*std::move(opened.statement), base::sha256(base::as_bytes(opened.payload))};
  }

  // The first message, and before it the secrets that it commits to.
  void join() {
    const std::string commit = message_file(statement::kCommitKind, seat_.guardian);
    // One of another plan stops here, before it is shown.
    if (folder_.has_own(commit)) static_cast<void>(folder_.receive(statement::kCommitKind, seat_.guardian));
    if (!folder_.has_own(commit) && !seat_.disk.exists(own_ / kSeedFile)) {
      if (folder_.is_shown(commit) || seat_.disk.exists(share_path(seat_.keys, plan_.domain, plan_.epoch))) {
        throw base::Error("CND-2152", "This guardian has taken part in this epoch's ceremony elsewhere.")
            .with("epoch", plan_.epoch)
            .with("path", seat_.shared / commit);
      }
      static_cast<void>(dealt());
      store_new_secrets(seat_.disk, own_ / kSeedFile, seat_.clock, seat_.operator_key, seat_.random);
    }
    seat_.disk.settle(own_ / kSeedFile);
    secrets_.emplace(
        load_secrets(seat_.disk, own_ / kSeedFile, seat_.operator_key, statement::ceremony_id(plan_)));
    publish(statement::kCommitKind, [this] {
      CeremonyCommit own{.header = header(statement::kCommitKind),
                         .plan = plan_,
                         .guardian = seat_.guardian,
                         .commitment = std::nullopt,
                         .one_time_key = std::nullopt};
      if (is_dealer()) own.commitment = commitment_to(plan_, seat_.guardian, opening());
      if (is_receiver()) own.one_time_key = secrets_->one_time_key().public_key();
      return statement::write_payload(own);
    });
  }

  [[nodiscard]] statement::Header header(std::string_view kind) const {
    return statement::ceremony_header(plan_, kind, seat_.guardian, secrets_->joined_at());
  }

  // In a resharing λ_i·k_i, once it was held against the charter.
  std::optional<crypto::Scalar> dealt() const {
    if (!is_dealer() || plan_.kind == statement::CeremonyKind::kNew) return std::nullopt;
    const instruction::Domain& old = *seat_.charter.domain(plan_.domain);
    const fs::path path = share_path(seat_.keys, old.name, old.epoch);
    if (!seat_.disk.exists(path)) {
      throw base::Error("CND-2157", "A guardian that is to deal has no share to deal.").with("path", path);
    }
    const Share share = load_share(seat_.disk, path, seat_.operator_key);
    if (share.domain != old.name || share.epoch != old.epoch || share.index != seat_.guardian ||
        crypto::multiply_base(share.share) != *old.share_key(seat_.guardian)) {
      throw base::Error("CND-2157", "The share is not the one that the charter has a public value for.")
          .with("path", path);
    }
    return crypto::lagrange_at_zero(plan_.dealers, seat_.guardian) * share.share;
  }

  [[nodiscard]] crypto::Polynomial polynomial() const {
    return secrets_->polynomial(plan_.threshold, dealt());
  }
  [[nodiscard]] statement::CeremonyOpening opening() const {
    return open_dealing(plan_, seat_.guardian, polynomial(), *secrets_);
  }

  bool read_commits() {
    if (!receive_all(statement::kCommitKind, all_)) return false;
    for (const ShareIndex guardian : all_) {
      commits_.push_back(message<CeremonyCommit>(statement::kCommitKind, guardian));
    }
    return true;
  }

  std::string deal() {
    CeremonyDeal deal{.header = header(statement::kDealKind),
                      .ceremony = statement::ceremony_id(plan_),
                      .guardian = seat_.guardian,
                      .commits = {},
                      .opening = opening(),
                      .shares = {}};
    const crypto::Polynomial own = polynomial();
    for (const auto& commit : commits_) {
      deal.commits.push_back(commit.payload_sha256);
      if (!commit.statement.one_time_key) continue;
      const ShareIndex receiver = commit.statement.guardian;
      deal.shares.push_back(seal_share(plan_, seat_.guardian, receiver, *commit.statement.one_time_key,
                                       own.share_of(receiver), *secrets_));
    }
    return statement::write_payload(deal);
  }

  bool read_deals() {
    // Each that is there is judged, also while others are missing.
    const bool all_there = receive_all(statement::kDealKind, plan_.dealers);
    for (const ShareIndex dealer : plan_.dealers) {
      const CeremonyEvidence* deal = folder_.receive(statement::kDealKind, dealer);
      if (deal == nullptr || folder_.blame()) continue;
      folder_.note(judge(plan_, seat_.charter, {*folder_.receive(statement::kCommitKind, dealer), *deal}));
    }
    if (!all_there || folder_.blame()) return false;
    for (const ShareIndex dealer : plan_.dealers) {
      deals_.push_back(message<CeremonyDeal>(statement::kDealKind, dealer));
      require_same_commits(deals_.back().statement);
    }
    return true;
  }

  // A dealer that saw another version of a commit sealed its shares to another key.
  void require_same_commits(const CeremonyDeal& deal) const {
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (deal.commits[i] == commits_[i].payload_sha256) continue;
      throw base::Error("CND-2154", "Two guardians saw different versions of a message of a third.")
          .with("path", seat_.shared / message_file(statement::kCommitKind, all_[i]))
          .with("seen_by", deal.guardian)
          .with("signed_by", all_[i]);
    }
  }

  void read_complaints() {
    for (const ShareIndex receiver : plan_.receivers) {
      const CeremonyEvidence* complaint = folder_.receive(statement::kComplaintKind, receiver);
      if (complaint == nullptr || folder_.blame()) continue;
      const auto said = message<CeremonyComplaint>(statement::kComplaintKind, receiver);
      folder_.note(judge(plan_, seat_.charter,
                         {*folder_.receive(statement::kCommitKind, receiver),
                          *folder_.receive(statement::kDealKind, said.statement.accused), *complaint}));
    }
  }

  // Stores the sum of the shares before anything is signed. False where one is bad: everybody gets the means
  // to see that it is.
  bool receive_shares() {
    if (folder_.has_own(kPendingShareFile)) {
      seat_.disk.settle(own_ / kPendingShareFile);
      return true;
    }
    const crypto::SealKey key = secrets_->one_time_key();
    Share share;
    share.domain = plan_.domain;
    share.epoch = plan_.epoch;
    share.index = seat_.guardian;
    for (const auto& deal : deals_) {
      const auto dealt_share = open_share(plan_, deal.statement, seat_.guardian, key);
      if (!dealt_share) {
        complain(deal);
        return false;
      }
      share.share = share.share + *dealt_share;
    }
    seat_.random.fill(share.nonce_key.span());
    store_new_share(seat_.disk, own_ / kPendingShareFile, share, seat_.operator_key, seat_.random);
    return true;
  }

  void complain(const Message<CeremonyDeal>& deal) {
    publish(statement::kComplaintKind, [&] {
      CeremonyComplaint complaint{.header = header(statement::kComplaintKind),
                                  .ceremony = statement::ceremony_id(plan_),
                                  .guardian = seat_.guardian,
                                  .accused = deal.statement.guardian,
                                  .deal = deal.payload_sha256,
                                  .one_time_secret = {}};
      std::ranges::copy(secrets_->one_time_key().secret(), complaint.one_time_secret.begin());
      return statement::write_payload(complaint);
    });
    read_complaints();
    CANDOUR_CHECK(folder_.blame().has_value());
  }

  std::string transcript() {
    const statement::Ceremony made = make_transcript(plan_, commits_, deals_);
    require_transcript(made, seat_.charter);
    return statement::write_payload(made);
  }

  // Whether this guardian has signed, and so have all others, the same. Asked before anything else: who has
  // signed has promised its share, and what comes to light after that undoes nothing.
  bool is_signed_by_all() {
    if (folder_.has_own(kTranscriptFile)) return true;
    if (!folder_.has_own(message_file(statement::kCeremonyKind, seat_.guardian))) return false;
    const auto signed_by = [&](ShareIndex guardian) {
      const CeremonyEvidence* one = folder_.receive(statement::kCeremonyKind, guardian);
      return one == nullptr ? std::nullopt : std::optional(signed_payload(seat_.charter, *one));
    };
    const std::optional<std::string> mine = signed_by(seat_.guardian);
    for (const ShareIndex guardian : all_) {
      const std::optional<std::string> theirs = signed_by(guardian);
      if (!theirs) return false;
      if (*theirs == *mine) continue;
      if (folder_.blame()) return false;
      refuse_other_transcript(statement::parse_ceremony(*mine), statement::parse_ceremony(*theirs), guardian);
    }
    return true;
  }

  [[noreturn]] void refuse_other_transcript(const statement::Ceremony& mine,
                                            const statement::Ceremony& theirs, ShareIndex signer) const {
    ShareIndex about = signer;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (mine.commits[i] != theirs.commits[i]) about = all_[i];
    }
    for (std::size_t i = 0; i < plan_.dealers.size(); ++i) {
      if (mine.deals[i] != theirs.deals[i]) about = plan_.dealers[i];
    }
    throw base::Error("CND-2154", "Two guardians saw different versions of a message of a third.")
        .with("path", seat_.shared / message_file(statement::kCeremonyKind, signer))
        .with("seen_by", signer)
        .with("signed_by", about);
  }

  CeremonyProgress outcome() {
    if (folder_.blame()) return abort();
    progress_.state = CeremonyProgress::State::kWaiting;
    return std::move(progress_);
  }

  CeremonyProgress abort() {
    const Blame& blame = *folder_.blame();
    publish(statement::kAbortedKind, [&] { return abort_record(seat_, plan_, blame); });
    wipe_aborted(seat_, own_, folder_);
    progress_.state = CeremonyProgress::State::kAborted;
    progress_.missing.clear();
    progress_.blame = blame;
    return std::move(progress_);
  }

  CeremonyProgress finish() {
    // A run that was killed may have kept its signature without showing it, and others wait for it.
    publish(statement::kCeremonyKind, [this] { return transcript(); });
    if (!folder_.has_own(kTranscriptFile)) {
      std::vector<CeremonyEvidence> signatures;
      for (const ShareIndex guardian : all_) {
        signatures.push_back(*folder_.receive(statement::kCeremonyKind, guardian));
      }
      seat_.disk.store_new(own_ / kTranscriptFile, signed_by_all(seat_.charter, signatures));
    }
    seat_.disk.settle(own_ / kTranscriptFile);
    const std::string bytes =
        base::load_text(seat_.disk, own_ / kTranscriptFile, statement::kEnvelopeAtMostBytes);
    progress_.finished = verify_ceremony(bytes, seat_.charter);
    if (statement::ceremony_id(progress_.finished->ceremony.plan) != statement::ceremony_id(plan_)) {
      throw base::Error("CND-2153", "What has ended in this folder is another ceremony.")
          .with("path", own_ / kTranscriptFile);
    }
    if (!folder_.is_shown(kTranscriptFile)) progress_.shown.emplace_back(kTranscriptFile);
    put_share_in_place(seat_, plan_, own_);
    store_once(seat_.disk, seat_.shared / kTranscriptFile, bytes, base::Access::kPublic);
    static_cast<void>(verify_ceremony(
        base::load_text(seat_.disk, seat_.shared / kTranscriptFile, statement::kEnvelopeAtMostBytes),
        seat_.charter));
    progress_.state = CeremonyProgress::State::kFinished;
    progress_.missing.clear();
    return std::move(progress_);
  }

  const CeremonySeat& seat_;
  const CeremonyPlan& plan_;
  const fs::path& own_;
  const std::vector<ShareIndex> all_;
  CeremonyFolder folder_;
  std::optional<CeremonySecrets> secrets_;
  std::vector<Message<CeremonyCommit>> commits_;
  std::vector<Message<CeremonyDeal>> deals_;
  CeremonyProgress progress_;
};

void require_seat(const CeremonySeat& seat, const CeremonyPlan& plan) {
  const instruction::Guardian* guardian = seat.charter.guardian(seat.guardian);
  if (guardian == nullptr || guardian->signing_key != seat.signing_key.public_key()) {
    throw base::Error("CND-2151", "The signing key is not the one that the charter has for this guardian.")
        .with("guardian", seat.guardian);
  }
  if (!holds(statement::participants(plan), seat.guardian)) {
    throw base::Error("CND-2151", "The guardian has no part in this ceremony.")
        .with("guardian", seat.guardian);
  }
}

}  // namespace

CeremonyProgress take_part(const CeremonySeat& seat, const CeremonyPlan& plan) {
  require_plan(plan, seat.charter);
  require_seat(seat, plan);
  const fs::path own = seat.keys / ("ceremony-" + plan.domain + "-" + std::to_string(plan.epoch));
  seat.disk.make_folder(own);
  seat.disk.make_folder(seat.shared, base::Access::kPublic);
  const auto lock = seat.disk.lock(own / "lock");
  return Part(seat, plan, own).advance();
}

VerifiedCeremony run_ceremony_in_one_place(const std::vector<CeremonySeat>& seats, const CeremonyPlan& plan) {
  // Commit, deal, sign, end: in each round the last guardian sees what it needs, the others in the next.
  constexpr int kRounds = 4;
  std::optional<VerifiedCeremony> finished;
  for (int round = 0; round < kRounds; ++round) {
    for (const CeremonySeat& seat : seats) {
      CeremonyProgress progress = take_part(seat, plan);
      if (progress.blame) {
        throw base::Error("CND-2159", "The key ceremony was aborted.")
            .with("guardian", progress.blame->guardian)
            .with("fault", base::Label(name_of(progress.blame->fault)));
      }
      finished = std::move(progress.finished);
    }
  }
  CANDOUR_CHECK(finished.has_value());
  return *std::move(finished);
}

}  // namespace candour::pseudonym
