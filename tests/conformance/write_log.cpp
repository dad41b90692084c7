// Writes a log of COUNT entries as static files in C2SP's formats, as it was at eleven sizes: policy,
// checkpoint and checkpoint.SIZE (cosigned), tile/….
//
//   write_log FOLDER [COUNT]
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "candour/base/random.h"
#include "candour/log/cosignature.h"
#include "candour/log/policy.h"
#include "candour/log/tiles.h"

using namespace candour;

namespace {

constexpr std::string_view kOrigin = "log.candour.test/conformance";
constexpr std::string_view kWitness = "witness.candour.test/w1";
constexpr std::int64_t kTime = 1'767'139'200;

class LogWriter {
 public:
  LogWriter(std::filesystem::path folder, std::uint64_t count) : folder_(std::move(folder)), count_(count) {}

  void write() {
    log::Policy policy{
        .logs = {{.key = {std::string(kOrigin), log::KeyType::kEd25519, log_key_.public_key()}}}};
    policy.witnesses = {
        {.name = "w1",
         .key = {std::string(kWitness), log::KeyType::kCosignature, witness_key_.public_key()}}};
    policy.quorum = "w1";
    store("policy", log::write_policy(policy));
    std::vector<std::uint64_t> sizes = {0, 1, 2, 3, 255, 256, 257, 511, 512, 700, count_};
    std::erase_if(sizes, [&](std::uint64_t size) { return size > count_; });
    for (const std::uint64_t size : sizes) grow(size);
  }

 private:
  // Some are empty, most are short, one is as long as can be.
  static std::string entry(std::uint64_t index) {
    base::SeededRandom random(index, "entry");
    const std::uint64_t size =
        index == 300 ? log::kEntryAtMostBytes : random.below(1000) * (index % 10 == 3 ? 0 : 1);
    base::Bytes bytes(size);
    random.fill(bytes);
    return std::string(base::as_text(bytes));
  }

  void grow(std::uint64_t size) {
    const std::uint64_t old_size = edge_.size();
    while (edge_.size() < size) {
      entries_.push_back(entry(edge_.size()));
      leaves_.push_back(log::leaf_hash(base::as_bytes(entries_.back())));
      edge_.add(leaves_.back());
    }
    for (const log::TileName& name : log::tiles_between(old_size, size))
      store(log::tile_path(name), hashes(name));
    for (const log::TileName& name : log::bundles_between(old_size, size)) {
      std::string bundle;
      for (unsigned i = 0; i < name.width; ++i) {
        log::append_to_bundle(bundle, entries_[name.index * log::kTileWidth + i]);
      }
      store(log::tile_path(name), bundle);
    }
    log::SignedCheckpoint checkpoint =
        log::sign_checkpoint({.origin = std::string(kOrigin), .head = edge_.head()}, log_key_);
    checkpoint.note.signatures.push_back(
        log::cosign(kWitness, witness_key_, checkpoint.note.text, kTime + static_cast<std::int64_t>(size)));
    store("checkpoint", log::write_note(checkpoint.note));
    store("checkpoint." + std::to_string(size), log::write_note(checkpoint.note));
  }

  std::string hashes(const log::TileName& name) const {
    const unsigned shift = name.level * log::kTileHeight;
    std::vector<log::Digest> result;
    for (unsigned i = 0; i < name.width; ++i) {
      const std::uint64_t first = (name.index * log::kTileWidth + i) << shift;
      result.push_back(log::subtree_root(std::span(leaves_).subspan(first, std::size_t{1} << shift)));
    }
    return log::write_tile(result);
  }

  void store(const std::string& path, const std::string& bytes) const {
    std::filesystem::create_directories((folder_ / path).parent_path());
    std::ofstream file(folder_ / path, std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) throw std::runtime_error("cannot write " + path);
  }

  const std::filesystem::path folder_;
  const std::uint64_t count_;
  base::SeededRandom random_{1, "conformance"};
  const crypto::SigningKey log_key_ = crypto::SigningKey::random(random_);
  const crypto::SigningKey witness_key_ = crypto::SigningKey::random(random_);
  log::RightEdge edge_;
  std::vector<std::string> entries_;
  std::vector<log::Digest> leaves_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 64;
  try {
    LogWriter(argv[1], argc > 2 ? std::stoull(argv[2]) : 1000).write();
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
  return 0;
}
