// Statements as files, as people hand them round before they are in the log: FILE.json is a payload that
// nobody has signed, FILE.dsse an envelope with signatures, and body/NAME beside them what a statement names
// because it is too large for it, or may be taken away. docs/how-to/give-an-order.md.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "candour/cli/context.h"
#include "candour/crypto/signature.h"
#include "candour/instruction/register.h"
#include "candour/node/log_reader.h"
#include "candour/statement/payload.h"
#include "candour/statement/salted.h"

namespace CLI {
class App;
}

namespace candour::cli {

/// --log DIR and --federation HEX: what a command asks of the log.
struct LogOptions {
  std::filesystem::path folder;
  std::string federation;

  void add_to(CLI::App& command);
  /// Errors: those of LogReader.
  [[nodiscard]] node::LogReader reader(const base::Disk& disk) const;
  /// The register. Without a pin the log is taken for what its first entry says. Errors: CND-2011 (the pin is
  /// none), those of load_register.
  [[nodiscard]] instruction::Register load(const base::Disk& disk) const;
};

/// --key DIR, --key-file FILE: who signs.
struct KeyOptions {
  std::filesystem::path folder;    ///< holds signing.sealed
  std::filesystem::path key_file;  ///< empty: operator.key in the same folder

  void add_to(CLI::App& command);
  /// Errors: those of node::load_signing_key.
  [[nodiscard]] crypto::SigningKey load(const base::Disk& disk) const;
};

/// Something that a statement names: by its SHA-256, or a free text by its commitment.
struct Body {
  base::Digest name{};
  std::string bytes{};
  friend bool operator==(const Body&, const Body&) = default;
};
/// A body named by its SHA-256.
[[nodiscard]] Body body_of(std::string bytes);

/// A statement before its first signature.
struct Draft {
  std::string kind{};
  std::string payload{};
  std::vector<Body> bodies{};
};
/// One that was signed.
struct SignedStatement {
  std::string envelope{};
  std::vector<Body> bodies{};
};

/// The header of a new statement for this charter's log, made now.
[[nodiscard]] statement::Header new_header(Context& context, const instruction::Charter& charter);

/// A free text under a new salt, and the body that lies beside the log.
struct CommittedText {
  statement::FreeText committed{};
  Body body{};
};
/// Errors: CND-2005 (it has no or too many bytes).
[[nodiscard]] CommittedText commit_text(Context& context, std::string_view text);

/// Signs what one party alone says, and writes FILE.dsse and its bodies, if the log would take it. Errors:
/// those of Register::judge, KeyOptions::load and store_signed.
void sign_and_store(Context& context, const KeyOptions& key, const instruction::Register& log,
                    const Draft& draft, const std::filesystem::path& out);

/// Writes FILE.json and the bodies beside it. Errors: CND-1005, those of Disk.
void store_draft(base::Disk& disk, const std::filesystem::path& file, const Draft& draft);
/// Writes FILE.dsse and the bodies beside it. Errors: CND-1005, those of Disk.
void store_signed(base::Disk& disk, const std::filesystem::path& file, const SignedStatement& statement);

/// The payload of a file, whether it is signed or not. Errors: CND-1002, CND-2001, CND-2002 (it is an
/// envelope of another kind).
[[nodiscard]] std::string load_payload(const base::Disk& disk, const std::filesystem::path& file,
                                       std::string_view kind);
/// The body of a name beside a file. Errors: CND-2470 (it is not there, or is another).
[[nodiscard]] std::string load_body(const base::Disk& disk, const std::filesystem::path& file,
                                    const base::Digest& sha256);

/// Adds a key's signature to FILE.json or FILE.dsse, writes the envelope to `out` and gives it; bodies come
/// along where `out` is in another folder. Errors: CND-1005, those of load_payload and statement::sign.
std::string sign_file(base::Disk& disk, const std::filesystem::path& file, std::string_view kind,
                      const crypto::SigningKey& key, const std::filesystem::path& out);

/// What a signed statement names, from beside its file: a charter's list of providers, a collection's
/// manifest and files, a free text. Errors: CND-2470.
[[nodiscard]] std::vector<Body> load_bodies(const base::Disk& disk, const std::filesystem::path& file,
                                            std::string_view envelope);

/// `submit FILE.dsse --to HOST:PORT`, the same in every group: hands the statement and its bodies to a hub's
/// public port and writes its receipt, FILE.dsse.tlog-proof; or to a guardian's.
void add_submit(CLI::App& group, Context& context);

}  // namespace candour::cli
