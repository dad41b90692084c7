// A provider's own side of a submission: submission::SlicePort over its vault, its minimiser and the
// guardians.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "candour/crypto/signature.h"
#include "candour/instruction/charter.h"
#include "candour/node/evaluation.h"
#include "candour/node/flow.h"
#include "candour/node/persons.h"
#include "candour/node/source.h"
#include "candour/submission/ports.h"

namespace candour::node {

/// What a slice's owner brings; all outlive the port.
struct SliceOwner {
  FlowSurroundings& around;
  const instruction::Charter& charter;
  const std::string& provider;
  vault::Vault& vault;
  const crypto::SigningKey& key;
  GuardiansSeen& seen;
};

class SlicePort final : public submission::SlicePort {
 public:
  /// `folder` is the submission's in the outbox. Evidence against a guardian is kept in the outbox, in
  /// evidence/. With a filter, which outlives the port, only rows of people who may go are read at all.
  SlicePort(const SliceOwner& owner, const SliceJob& job, std::filesystem::path folder,
            const vault::OptOutFilter* filter);

  std::unique_ptr<table::ChunkSource> rows() override;
  submission::Pseudonymised pseudonymise(const submission::Plan& plan) override;
  void keep_places(const submission::Plan& plan, std::span<const std::uint64_t> places) override;

 private:
  [[nodiscard]] vault::Slice slice() const;
  [[nodiscard]] pseudonym::Evaluation evaluate(const submission::Plan& plan, const Persons& persons);

  SliceOwner owner_;
  const SliceJob& job_;
  std::filesystem::path folder_;
  const vault::OptOutFilter* filter_;
  base::SecretBytes local_pseudonym_key_;
  minimise::Minimiser minimiser_;
};

}  // namespace candour::node
