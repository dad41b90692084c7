#include "candour/node/withdraw_wire.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/base/sha256.h"

namespace candour::node {
namespace {

constexpr std::size_t kSizeBytes = 4;
constexpr std::size_t kEncBytes = 32;

void append(base::Bytes& out, base::ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

void append_sized(base::Bytes& out, std::string_view part) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(part.size() >> shift));
  append(out, base::as_bytes(part));
}

[[noreturn]] void refuse_request() {
  throw base::Error("CND-2561", "The message is no batch of erasure orders.");
}

std::string take_sized(base::ByteView& bytes) {
  if (bytes.size() < kSizeBytes) refuse_request();
  std::size_t size = 0;
  for (std::size_t i = 0; i < kSizeBytes; ++i) size = size << 8 | bytes[i];
  bytes = bytes.subspan(kSizeBytes);
  if (size > bytes.size()) refuse_request();
  const base::ByteView part = bytes.first(size);
  bytes = bytes.subspan(size);
  return std::string(base::as_text(part));
}

/// What says whose tokens these are: opened under another, they do not open.
base::Bytes info_of(const statement::Withdraw& withdraw) {
  base::Bytes info;
  append(info, base::as_bytes("candour/v1/withdraw"));
  append(info, withdraw.header.federation);
  append(info, withdraw.header.id);
  append(info, withdraw.sealing_key);
  append(info, base::as_bytes(withdraw.provider));  // last: the only one whose length varies
  return info;
}

[[noreturn]] void refuse_tokens(base::Literal rule) {
  throw base::Error("CND-2562", "The sealed tokens of erasure orders break a rule.")
      .with("rule", base::Label(rule.view()));
}

}  // namespace

base::Bytes write_withdraw_request(const WithdrawRequest& request) {
  base::Bytes out;
  append_sized(out, request.envelope);
  append_sized(out, request.attestations);
  append(out, request.sealed);
  return out;
}

WithdrawRequest parse_withdraw_request(base::ByteView bytes) {
  WithdrawRequest request;
  request.envelope = take_sized(bytes);
  request.attestations = take_sized(bytes);
  if (bytes.size() != kSealedTokensBytes) refuse_request();
  request.sealed.assign(bytes.begin(), bytes.end());
  return request;
}

std::vector<pseudonym::Token> filled_up(std::span<const pseudonym::Token> tokens, base::Random& random) {
  CANDOUR_CHECK(tokens.size() <= kWithdrawTokens);
  std::vector<pseudonym::Token> all(kWithdrawTokens);  // never grows: a copy would stay behind
  std::ranges::copy(tokens, all.begin());
  base::SecretBytes bytes(pseudonym::Token::kBytes);
  for (std::size_t i = tokens.size(); i < all.size(); ++i) {
    random.fill(bytes.span());
    all[i] = pseudonym::Token(bytes.view());
  }
  std::ranges::sort(all);
  return all;
}

base::Bytes seal_tokens(std::span<const pseudonym::Token> tokens, const statement::Withdraw& withdraw,
                        const crypto::SealPublicKey& receiver, base::Random& random) {
  CANDOUR_CHECK(tokens.size() == kWithdrawTokens);
  base::SecretBytes plain(kWithdrawTokens * pseudonym::Token::kBytes);
  auto out = plain.span().begin();
  for (const pseudonym::Token& token : tokens) out = std::ranges::copy(token.bytes(), out).out;
  const crypto::SealKey ephemeral = crypto::SealKey::random(random);
  base::Bytes sealed(ephemeral.public_key().begin(), ephemeral.public_key().end());
  crypto::SealContext context(receiver, ephemeral, info_of(withdraw));
  append(sealed, context.seal({}, plain.view()));
  return sealed;
}

std::vector<pseudonym::Token> open_tokens(base::ByteView sealed, const crypto::SealKey& receiver,
                                          const statement::Withdraw& withdraw) {
  if (sealed.size() != kSealedTokensBytes || base::sha256(sealed) != withdraw.package_sha256) {
    refuse_tokens("they are the ones that the statement names");
  }
  crypto::SealContext context(sealed.first(kEncBytes), receiver, info_of(withdraw));
  base::Bytes plain = context.open({}, sealed.subspan(kEncBytes));
  std::vector<pseudonym::Token> tokens;
  tokens.reserve(kWithdrawTokens);
  for (std::size_t at = 0; at < plain.size(); at += pseudonym::Token::kBytes) {
    tokens.emplace_back(base::ByteView(plain).subspan(at, pseudonym::Token::kBytes));
  }
  base::wipe(plain.data(), plain.size());
  if (std::ranges::adjacent_find(tokens, std::greater_equal<>()) != tokens.end()) {
    refuse_tokens("they are different and ascend");
  }
  return tokens;
}

}  // namespace candour::node
