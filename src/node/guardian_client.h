// A guardian as a provider reaches it: pseudonym::GuardianPort over the network.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "candour/base/clock.h"
#include "candour/instruction/charter.h"
#include "candour/net/client.h"
#include "candour/pseudonym/evaluate.h"

namespace candour::node {

class GuardianClient final : public pseudonym::GuardianPort {
 public:
  /// What is referred to outlives it. Errors: CND-2450 (the charter's address of the guardian is none).
  GuardianClient(const instruction::Guardian& guardian, const net::Tls& tls, const base::Clock& clock);

  /// Errors: CND-2460, CND-2461, those of net::Client.
  base::Bytes evaluate(base::ByteView request) override;

 private:
  /// A client is for one thread: each call takes one that is free, or makes one.
  [[nodiscard]] std::unique_ptr<net::Client> take();
  void give_back(std::unique_ptr<net::Client> client);

  net::ClientOptions options_;
  const base::Clock& clock_;
  std::string name_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<net::Client>> free_;
};

}  // namespace candour::node
