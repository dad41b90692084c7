#include "candour/submission/package.h"

#include <algorithm>
#include <cstring>

#include "candour/base/error.h"
#include "candour/crypto/mac.h"
#include "candour/submission/compression.h"
#include "candour/submission/package_content.h"
#include "candour/submission/record_text.h"

namespace candour::submission {
namespace {

constexpr std::size_t kTokenDigits = 2 * sizeof(Token);

/// Hands on what is written, counted and digested.
class MeasuringSink final : public base::ByteSink {
 public:
  explicit MeasuringSink(base::ByteSink& out) : out_(out) {}
  void write(base::ByteView bytes) override {
    hash_.update(bytes);
    size_ += bytes.size();
    out_.write(bytes);
  }
  [[nodiscard]] base::Digest digest() { return hash_.finish(); }
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  base::ByteSink& out_;
  base::Sha256 hash_;
  std::uint64_t size_ = 0;
};

/// Gives one secret of 32 bytes, once: the key pair of HPKE's sender is a function of the plan.
class OneSecret final : public base::Random {
 public:
  explicit OneSecret(const base::Digest& secret) : secret_(secret) {}
  void fill(std::span<std::uint8_t> out) override {
    CANDOUR_CHECK(!used_ && out.size() == secret_.size());
    std::ranges::copy(secret_.view(), out.begin());
    used_ = true;
  }

 private:
  base::SecretBytes secret_;
  bool used_ = false;
};

void put_hex(const Token& token, std::string& line) {
  std::string digits = base::to_hex(token);
  line.append(digits);
  base::wipe(digits);
}

void write_zeros(base::ByteSink& out, std::uint64_t count) {
  const base::Bytes zeros(crypto::kSealedChunkBytes);
  while (count > 0) {
    const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(count, zeros.size()));
    out.write(std::span(zeros).first(size));
    count -= size;
  }
}

[[noreturn]] void fail_too_large() {
  throw base::Error("CND-2201", "The slice is larger than one submission may be.")
      .with("most_bytes", kOpenedBytesAtMost)
      .with("most_record_bytes", kRecordBytesAtMost);
}

}  // namespace

base::Bytes package_info(const statement::Submission& manifest) {
  base::Bytes info;
  const auto put = [&](base::ByteView bytes) { info.insert(info.end(), bytes.begin(), bytes.end()); };
  put(base::as_bytes("candour/v1/package"));
  put(manifest.header.federation);
  put(manifest.header.id);
  put(manifest.sealing_key);
  put(base::as_bytes(manifest.provider));  // last: the only one whose length varies
  return info;
}

PackageBuilder::PackageBuilder(const table::Schema& minimised, std::size_t rows) {
  RecordText text;
  header_ = std::string(kTokenColumn) + "," + std::string(text.header(minimised)) + "\n";
  opened_bytes_ = kSeedBytes + header_.size();
  rows_.reserve(rows);
}

PackageBuilder::~PackageBuilder() { base::wipe(rows_.data(), rows_.size() * sizeof(Row)); }

void PackageBuilder::add(std::string_view record, const std::optional<Token>& token) {
  opened_bytes_ += (token ? kTokenDigits : 0) + record.size() + 2;  // a comma and a line end
  if (record.size() > kRecordBytesAtMost || opened_bytes_ > kOpenedBytesAtMost) fail_too_large();
  rows_.push_back({token.value_or(Token{}), token.has_value(), static_cast<std::uint32_t>(record.size()),
                   records_.size(), rows_.size()});
  records_.append(record);
}

std::vector<std::uint64_t> PackageBuilder::places() const {
  std::vector<std::uint64_t> places(rows_.size());
  for (std::size_t place = 0; place < rows_.size(); ++place) places[rows_[place].number] = place;
  return places;
}

base::Bytes PackageBuilder::compressed(const PackageSeeds& seeds, Commitment& commitment) {
  std::ranges::sort(rows_, [&](const Row& a, const Row& b) {
    if (a.has_token != b.has_token) return a.has_token;
    if (a.token != b.token) return a.token < b.token;
    return record_of(a) < record_of(b);
  });
  base::BytesSink bytes;
  CompressingSink compressing(bytes);
  compressing.write(seeds.salt);
  compressing.write_text(header_);
  std::string line;
  line.reserve(kTokenDigits + kRecordBytesAtMost + 2);  // a text that grew would leave digits behind
  for (const Row& row : rows_) {
    line.clear();
    if (row.has_token) put_hex(row.token, line);
    line.append(",").append(record_of(row)).append("\n");
    compressing.write_text(line);
    commitment.add(record_of(row));
  }
  base::wipe(line);
  compressing.finish();
  return bytes.take();
}

PackageFacts PackageBuilder::write(base::ByteSink& out, std::uint64_t rows_refused,
                                   const crypto::SealPublicKey& receiver, base::ByteView info,
                                   const PackageSeeds& seeds) {
  CANDOUR_CHECK(seeds.salt.size() == kSeedBytes && seeds.seal.size() == kSeedBytes);
  Commitment commitment(seeds.salt);
  const base::Bytes frame = compressed(seeds, commitment);
  const auto header = write_header({.rows = rows_.size(),
                                    .rows_refused = rows_refused,
                                    .opened_bytes = opened_bytes_,
                                    .frame_bytes = frame.size()});
  base::Sha256 content;  // its padding follows from it
  content.update(header);
  content.update(frame);
  base::Digest secret = crypto::hmac_sha256(seeds.seal, content.finish());
  OneSecret ephemeral(secret);
  base::wipe(secret.data(), secret.size());
  MeasuringSink measuring(out);
  crypto::SealingSink sealing(measuring, receiver, info, ephemeral);
  sealing.write(header);
  sealing.write(frame);
  const std::uint64_t used = header.size() + frame.size();
  write_zeros(sealing, padded_bytes(used) - used);
  sealing.finish();
  return {.commitment = commitment.root(), .sha256 = measuring.digest(), .package_bytes = measuring.size()};
}

}  // namespace candour::submission
