// The files of a served folder: opened so that none can lie outside it, with type, size and digest.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>

#include "candour/base/sha256.h"

namespace candour::net {

/// The media type for a file's name; application/octet-stream where it is not known.
[[nodiscard]] std::string_view media_type_of(std::string_view path);

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
  Descriptor& operator=(Descriptor&&) = delete;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

/// An open regular file.
class SiteFile {
 public:
  /// What tells two states of a file apart without reading it.
  using State =
      std::tuple<std::uint64_t, std::uint64_t, std::uint64_t, std::int64_t, std::int64_t, std::int64_t>;

  SiteFile(Descriptor descriptor, std::uint64_t size_bytes, State state)
      : descriptor_(std::move(descriptor)), size_bytes_(size_bytes), state_(state) {}
  [[nodiscard]] std::uint64_t size_bytes() const { return size_bytes_; }
  [[nodiscard]] const State& state() const { return state_; }
  /// Up to out.size() bytes from `offset`; 0 at the end and where the file cannot be read any more.
  [[nodiscard]] std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> out) const;

 private:
  Descriptor descriptor_;
  std::uint64_t size_bytes_;
  State state_;
};

enum class Found { kFile, kFolder, kNothing };
struct Lookup {
  Found found = Found::kNothing;
  std::optional<SiteFile> file;  ///< there when a file was found
};

/// The files that a site has, by path below its folder, with their sizes. What else lies in the folder is
/// not of the site.
using SiteFiles = std::map<std::string, std::uint64_t, std::less<>>;

class SiteFolder {
 public:
  /// Serves `files` alone, or everything in the folder where there is no such list. Errors: CND-1901,
  /// CND-1903.
  explicit SiteFolder(const std::filesystem::path& folder, std::optional<SiteFiles> files = std::nullopt);

  /// Opens `path` (as normalise_target gives it) below the folder. What is not there, may not be read, is
  /// neither file nor folder, lies outside the folder by way of a link, or is none of the site's files (or of
  /// another size) is kNothing.
  [[nodiscard]] Lookup open(const std::string& path) const;

  /// The digest of a file's content if it was hashed before and has not changed since.
  [[nodiscard]] std::optional<base::Digest> known_digest(const SiteFile& file) const;
  /// Keeps a digest. At most kDigestsKept are kept; the whole memory is dropped when there are more.
  void keep_digest(const SiteFile& file, const base::Digest& digest);

  static constexpr std::size_t kDigestsKept = 4096;

 private:
  [[nodiscard]] bool is_of_site(const std::string& path, std::uint64_t size_bytes) const;
  [[nodiscard]] bool is_folder_of_site(const std::string& path) const;

  Descriptor folder_;
  std::optional<SiteFiles> files_;
  std::map<SiteFile::State, base::Digest> digests_;
};

}  // namespace candour::net
