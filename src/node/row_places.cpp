#include "candour/node/row_places.h"

#include <algorithm>

#include "candour/base/error.h"
#include "candour/crypto/derived_random.h"
#include "candour/crypto/seal.h"

namespace candour::node {
namespace {

constexpr std::size_t kPlacedBytes = sizeof(PersonTag) + sizeof(std::uint64_t);

/// A key of the vault for one use. Its own key for local pseudonyms never leaves it.
base::SecretBytes key_for(const vault::Vault& vault, std::string_view use) {
  const base::SecretBytes key = vault.local_pseudonym_key();
  base::Digest derived = crypto::hmac_sha256(key.view(), base::as_bytes(use));
  base::SecretBytes made{base::ByteView(derived)};
  base::wipe(derived.data(), derived.size());
  return made;
}

crypto::SealKey seal_key(const vault::Vault& vault) {
  return crypto::SealKey(key_for(vault, "candour/v1/places").view());
}

PersonTag tag_under(const base::SecretBytes& key, const pseudonym::Identifier& number) {
  const base::Digest digest = crypto::hmac_sha256(key.view(), base::as_bytes(number.reveal()));
  PersonTag tag{};
  std::copy_n(digest.begin(), tag.size(), tag.begin());
  return tag;
}

/// What is sealed, and of which submission: no file opens in the place of another.
base::Bytes info_of(const statement::Submission& submission) {
  base::Bytes info;
  const auto put = [&](base::ByteView bytes) { info.insert(info.end(), bytes.begin(), bytes.end()); };
  put(base::as_bytes("candour/v1/places"));
  put(submission.header.federation);
  put(submission.header.id);
  put(base::as_bytes(submission.provider));
  return info;
}

}  // namespace

PersonTag person_tag(const vault::Vault& vault, const pseudonym::Identifier& number) {
  return tag_under(key_for(vault, "candour/v1/places/person"), number);
}

void store_places(base::Disk& disk, const std::filesystem::path& submission, const vault::Vault& vault,
                  const statement::Submission& draft, const Persons& persons,
                  std::span<const std::uint64_t> places) {
  CANDOUR_CHECK(persons.rows() == places.size());
  const base::SecretBytes key = key_for(vault, "candour/v1/places/person");
  std::vector<PersonTag> tags;
  for (const pseudonym::Identifier& one : persons.identifiers()) tags.push_back(tag_under(key, one));
  base::Bytes content;
  content.reserve(places.size() * kPlacedBytes);
  for (std::size_t row = 0; row < places.size(); ++row) {
    const auto person = persons.identifier_of(row);
    const PersonTag tag = person ? tags[*person] : PersonTag{};
    content.insert(content.end(), tag.begin(), tag.end());
    for (int shift = 56; shift >= 0; shift -= 8) {
      content.push_back(static_cast<std::uint8_t>(places[row] >> static_cast<unsigned>(shift)));
    }
  }
  const base::Bytes info = info_of(draft);
  // A function of all that is sealed, as a package's: two contents never share a key pair.
  const base::Digest label = base::sha256(content);
  crypto::DerivedRandom random(key_for(vault, "candour/v1/places/ephemeral").view(),
                               base::to_hex(info) + base::to_hex(label));
  base::BytesSink sealed;
  crypto::SealingSink sealing(sealed, seal_key(vault).public_key(), info, random);
  sealing.write(content);
  sealing.finish();
  base::wipe(content.data(), content.size());
  const std::filesystem::path file = submission / kPlacesFile;
  if (disk.exists(file)) disk.remove(file);
  disk.store_new(file, base::as_text(sealed.bytes()));
}

std::optional<std::vector<PlacedRow>> load_places(const base::Disk& disk,
                                                  const std::filesystem::path& submission,
                                                  const vault::Vault& vault,
                                                  const statement::Submission& sent) {
  const std::filesystem::path path = submission / kPlacesFile;
  if (!disk.exists(path)) return std::nullopt;
  const auto file = disk.open(path);
  base::FileSource source(*file);
  const crypto::SealKey key = seal_key(vault);
  const base::Bytes info = info_of(sent);
  std::vector<PlacedRow> rows;
  base::Bytes content;
  try {
    crypto::OpeningSource opening(source, key, info);
    base::Bytes piece(std::size_t{64} << 10);
    while (const std::size_t got = opening.read(piece)) {
      content.insert(content.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(got));
    }
  } catch (const base::Error&) {
    throw base::Error("CND-2490", "The places of a submission's rows do not fit it.").with("path", path);
  }
  for (std::size_t at = 0; at + kPlacedBytes <= content.size(); at += kPlacedBytes) {
    PlacedRow& row = rows.emplace_back();
    std::copy_n(content.begin() + static_cast<std::ptrdiff_t>(at), row.person.size(), row.person.begin());
    for (std::size_t i = 0; i < sizeof(std::uint64_t); ++i) {
      row.place = row.place << 8U | content[at + row.person.size() + i];
    }
  }
  return rows;
}

}  // namespace candour::node
