// Each kind of statement as the log judges it: whose signatures it needs, what must be there already, and
// what it does to the register. Inside this module alone (judge.h is what others call).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "candour/base/error.h"
#include "candour/instruction/judge.h"
#include "candour/instruction/verdict.h"
#include "candour/statement/envelope.h"

namespace candour::instruction {

/// The one place that changes a register.
class Judge {
 public:
  /// `envelope` is `bytes`, read; all outlive it.
  Judge(const Register& log, std::string_view bytes, const statement::Envelope& envelope,
        std::string_view body)
      : log_(log), bytes_(bytes), envelope_(envelope), body_(body) {}

  [[nodiscard]] Judged charter() const;
  [[nodiscard]] Judged collection() const;
  [[nodiscard]] Judged instruction() const;
  [[nodiscard]] Judged acceptance() const;
  [[nodiscard]] Judged objection() const;
  [[nodiscard]] Judged revocation() const;
  [[nodiscard]] Judged ceremony() const;
  [[nodiscard]] Judged ceremony_aborted() const;
  [[nodiscard]] Judged batch() const;
  [[nodiscard]] Judged submission() const;
  [[nodiscard]] Judged receipt() const;
  [[nodiscard]] Judged sealing_key() const;
  [[nodiscard]] Judged run() const;
  [[nodiscard]] Judged result() const;
  [[nodiscard]] Judged release() const;
  [[nodiscard]] Judged refusal() const;
  [[nodiscard]] Judged erasure() const;
  [[nodiscard]] Judged incident() const;
  [[nodiscard]] Judged sealed() const;
  [[nodiscard]] Judged opening() const;
  [[nodiscard]] Judged redaction() const;
  [[nodiscard]] Judged head() const;
  [[nodiscard]] Judged opt_out_figures() const;
  [[nodiscard]] Judged withdraw() const;

  [[nodiscard]] statement::Revocation parsed_revocation() const;

 private:
  [[nodiscard]] const Charter& now() const { return *log_.charter(); }

  void require_here(const statement::Header& header) const {
    if (header.federation != log_.federation() || header.log != now().log()) {
      throw base::Error("CND-2041", "The statement is another federation's, or for another log.");
    }
  }

  /// The payload, signed by this key and nobody else: no byte of the envelope can be another.
  [[nodiscard]] std::string by(std::string_view kind, const crypto::SigningPublicKey& key) const {
    if (now().is_compromised(key)) {
      throw base::Error("CND-2042", "The key that signed is listed as compromised.");
    }
    (void)statement::only_signers_of(of_kind(kind), std::span(&key, 1));
    return envelope_.payload;
  }
  [[nodiscard]] std::string by_hub(std::string_view kind) const { return by(kind, now().hub.signing_key); }
  [[nodiscard]] std::string by_provider(std::string_view kind, std::string_view code) const {
    const Provider* provider = now().provider(code);
    if (provider == nullptr) {
      throw base::Error("CND-2027", "The organisation is no provider of this federation.")
          .with("provider", base::Label(code));
    }
    return by(kind, provider->signing_key);
  }
  [[nodiscard]] const statement::Envelope& of_kind(std::string_view kind) const {
    if (envelope_.payload_type != statement::payload_type_of(kind)) {
      throw base::Error("CND-2002", "The signed statement is of another kind than was expected here.")
          .with("expected", base::Label(kind));
    }
    return envelope_;
  }
  /// What it says before its signature was looked at: only to find the key with which it is.
  [[nodiscard]] std::string claimed(std::string_view kind) const { return of_kind(kind).payload; }
  [[nodiscard]] std::string by_one_of(std::string_view kind,
                                      std::span<const crypto::SigningPublicKey> keys) const {
    const auto signers = statement::only_signers_of(of_kind(kind), keys);
    return by(kind, signers.front());
  }
  [[nodiscard]] std::vector<crypto::SigningPublicKey> controllers() const {
    std::vector<crypto::SigningPublicKey> keys;
    for (const Controller& one : now().controllers) keys.push_back(one.key);
    return keys;
  }
  /// Signed by the party that it says: an ODS code, or a name of the charter, which more than one may have.
  [[nodiscard]] std::string by_party(std::string_view kind, std::string_view name) const;
  struct SignedByControllers {
    std::string payload;
    std::vector<crypto::SigningPublicKey> signers;
  };
  /// M bodies have signed, and nobody else. `excluded` may be known only from the payload.
  [[nodiscard]] SignedByControllers by_controllers(std::string_view kind) const {
    const statement::Envelope& envelope = of_kind(kind);
    return {envelope.payload, statement::only_signers_of(envelope, controllers())};
  }
  void require_votes(std::span<const crypto::SigningPublicKey> signers,
                     std::span<const std::string> excluded = {}) const {
    const std::size_t count = votes(now(), now(), signers, excluded).size();
    if (count < now().threshold) {
      throw base::Error("CND-2032", "Too few bodies have signed the instruction.")
          .with("signed", count)
          .with("needed", now().threshold);
    }
  }
  [[nodiscard]] const InstructionEntry& known(const statement::Id& id) const {
    const InstructionEntry* entry = log_.find(id);
    if (entry == nullptr) throw base::Error("CND-2020", "There is no such instruction in the log.");
    return *entry;
  }
  /// It was in force when the statement was made, as far as the log knows.
  void require_in_force(const Act& act, std::int64_t made) const {
    (void)known(act.instruction);
    in_force(log_, act, {.now = made, .witnessed = made}).require();
  }
  void require_fits(const Instruction& instruction) const;

  static Judged nothing(const statement::Header& header) { return {.id = header.id, .effect = {}}; }

  const Register& log_;
  std::string_view bytes_;
  const statement::Envelope& envelope_;
  std::string_view body_;
};

}  // namespace candour::instruction
