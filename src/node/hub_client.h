// The hub as a provider sees it: submission::HubPort over the network. docs/reference/wire.md has the routes.
#pragma once

#include <string>

#include "candour/base/clock.h"
#include "candour/instruction/charter.h"
#include "candour/net/client.h"
#include "candour/submission/ports.h"

namespace candour::node {

/// The hub's routes; the server registers the same names.
inline constexpr const char* kSealingKeyRoute = "v1/sealing-key";
inline constexpr const char* kSliceRoute = "v1/providers/{}/slices/{}/{}";
inline constexpr const char* kReceiptRoute = "v1/submissions/{}/receipt";
inline constexpr const char* kManifestRoute = "v1/submissions/{}/manifest";
inline constexpr const char* kAttestationsRoute = "v1/submissions/{}/attestations";
inline constexpr const char* kPackageRoute = "v1/submissions/{}/package";
inline constexpr const char* kCommitRoute = "v1/submissions/{}/commit";
/// A guardian's.
inline constexpr const char* kEvaluateRoute = "v1/evaluate";

/// The target of a route: "v1/submissions/{}/receipt" with its segments in place, which hold nothing that
/// would have to be encoded.
[[nodiscard]] std::string target_of(std::string_view route, std::initializer_list<std::string_view> segments);

/// Gives the answer's body, or nothing where it is 204. A node that has no room just now is asked again for
/// two minutes. Errors: CND-2460 (it is a refusal: names party, status and the refusal's code), those of the
/// client.
[[nodiscard]] std::optional<base::Bytes> call_node(net::Client& client, const net::Call& call,
                                                   std::string_view party);

/// For one provider, and one thread at a time.
class HubClient final : public submission::HubPort {
 public:
  /// What is referred to outlives it. Errors: CND-2450 (the charter's address of the hub is none).
  HubClient(const instruction::Charter& charter, const net::Tls& tls, const base::Clock& clock,
            std::string provider);

  std::string sealing_key() override;
  std::optional<submission::SliceNow> slice_now(const submission::SliceName& slice) override;
  std::optional<std::string> receipt(const submission::Identity& identity) override;
  void put_manifest(std::string_view envelope) override;
  void put_attestations(const submission::Identity& identity, std::string_view body) override;
  std::uint64_t package_received(const submission::Identity& identity) override;
  void put_package(const submission::Identity& identity, std::uint64_t offset, base::ByteView piece) override;
  std::string commit(const submission::Identity& identity) override;
  /// Sends a week's batch of erasure orders (withdraw_wire.h); gives the receipt.
  [[nodiscard]] std::string withdraw(base::ByteView request);

 private:
  [[nodiscard]] std::optional<base::Bytes> call(net::Method method, std::string target, base::ByteView body);
  [[nodiscard]] std::string text_of(net::Method method, std::string target, base::ByteView body = {});
  net::Client client_;
  std::string provider_;
};

}  // namespace candour::node
