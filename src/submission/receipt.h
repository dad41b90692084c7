// The hub's answer: a submission was stored durably. It is a function of the commit that stored it, so that
// whoever asks again gets the same bytes. It stands in the public log, and says no count.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "candour/crypto/signature.h"
#include "candour/statement/submission.h"
#include "candour/submission/manifest.h"

namespace candour::submission {

/// What a lake's commit says of a submission.
struct StoredSlice {
  Identity submission{};
  std::string provider = {};
  SliceName slice = {};
  std::uint32_t revision = 1;
  std::uint64_t rows = 0;     ///< which the receipt does not say
  std::uint64_t version = 0;  ///< of the lake's table
  std::int64_t committed_at_unix = 0;
};

/// The receipt's envelope.
[[nodiscard]] std::string make_receipt(const Federation& federation, const StoredSlice& stored,
                                       const crypto::SigningKey& hub_key);

/// What a receipt answers, as who sent it knows it.
struct Sent {
  Identity submission{};
  std::string provider = {};
  SliceName slice = {};
  std::uint32_t revision = 1;
};
[[nodiscard]] Sent sent_of(const statement::Submission& manifest, const Identity& identity);

/// Reads a receipt that must answer this. Errors: CND-2001 to CND-2004, CND-1008; CND-2207 (it
/// answers another one, or says something else of it: names the member).
[[nodiscard]] statement::Receipt verified_receipt(std::string_view envelope, const Federation& federation,
                                                  const Sent& sent);

}  // namespace candour::submission
