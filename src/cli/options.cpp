#include "candour/cli/options.h"

#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cerrno>
#include <csignal>
#include <iostream>

#include "candour/collection/field_parse.h"
#include "candour/crypto/key.h"

namespace candour::cli {
namespace {

constexpr std::size_t kLongestPassphrase = 1024;

volatile std::sig_atomic_t stopped_by = 0;
void note_signal(int signal) { stopped_by = signal; }

/// Stops a terminal from showing what is typed, for as long as it lives. A signal that would end the program
/// first ends the reading, so that the terminal gets its echo back: the destructor then sends it again.
/// Signals are let in only while wait_for_input() waits: one that came a moment before would else be slept
/// through.
class NoEcho {
 public:
  NoEcho() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
    stopped_by = 0;
    struct sigaction note{};
    note.sa_handler = note_signal;
    sigset_t ours;
    sigemptyset(&ours);
    for (const int signal : kSignals) sigaddset(&ours, signal);
    sigprocmask(SIG_BLOCK, &ours, &let_in_before_);
    for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &note, &handled_before_[i]);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    // What was typed ahead was shown, and is no passphrase.
    active_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
    watches_ = true;
  }
  ~NoEcho() {
    if (active_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    if (!watches_) return;
    for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &handled_before_[i], nullptr);
    sigprocmask(SIG_SETMASK, &let_in_before_, nullptr);
    if (stopped_by != 0) std::raise(stopped_by);
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;
  [[nodiscard]] bool active() const { return active_; }

  /// Waits until there is something to read; false where a signal came first.
  [[nodiscard]] bool wait_for_input() const {
    if (!watches_) return true;
    pollfd input{STDIN_FILENO, POLLIN, 0};
    while (stopped_by == 0) {
      const int ready = ::ppoll(&input, 1, nullptr, &let_in_before_);
      if (ready > 0 || (ready < 0 && errno != EINTR)) return true;
    }
    return false;
  }

 private:
  static constexpr std::array<int, 4> kSignals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
  termios before_{};
  std::array<struct sigaction, kSignals.size()> handled_before_{};
  sigset_t let_in_before_{};
  bool active_ = false;
  bool watches_ = false;
};

/// One line of standard input, byte by byte into memory that is wiped: a stream's buffer would keep a copy.
base::SecretBytes read_line(const NoEcho& terminal) {
  base::SecretBytes line(kLongestPassphrase);
  std::size_t length = 0;
  std::uint8_t byte = 0;
  while (terminal.wait_for_input() && ::read(STDIN_FILENO, &byte, 1) == 1 && byte != '\n') {
    if (length == kLongestPassphrase) {
      throw base::Error("CND-1015", "The line on standard input is longer than Candour takes.")
          .with("limit_bytes", kLongestPassphrase);
    }
    line.span()[length++] = byte;
  }
  if (length == 0) throw base::Error("CND-1015", "The line on standard input is empty.");
  return base::SecretBytes(line.view().first(length));
}

/// How often a passphrase is asked for where somebody types it: one that makes a vault and is mistyped would
/// lock it for ever.
enum class Ask { kOnce, kTwice };

base::SecretBytes read_passphrase(std::ostream& err, Ask ask) {
  const NoEcho no_echo;
  if (!no_echo.active()) return read_line(no_echo);
  const auto prompt = [&](const char* words) {
    err << words << std::flush;
    base::SecretBytes line = read_line(no_echo);
    err << '\n';
    return line;
  };
  base::SecretBytes passphrase = prompt("Passphrase of the vault: ");
  if (ask == Ask::kOnce) return passphrase;
  const base::SecretBytes again = prompt("The same again: ");
  if (!base::equal_in_constant_time(passphrase.view(), again.view())) {
    throw base::Error("CND-1015", "The passphrase was typed differently the second time.");
  }
  return passphrase;
}

using Salt = std::array<std::uint8_t, crypto::kSaltBytes>;

std::filesystem::path salt_path(std::filesystem::path vault) {
  vault += ".salt";
  return vault;
}

Salt load_salt(Context& context, const std::filesystem::path& path) {
  const std::string text = base::load_text(context.disk, path);
  const auto bytes = base::from_hex(std::string_view(text).substr(0, 2 * crypto::kSaltBytes));
  Salt salt{};
  if (!bytes || bytes->size() != salt.size()) {
    throw base::Error("CND-1011", "The salt beside the vault is damaged.").with("path", path);
  }
  std::copy(bytes->begin(), bytes->end(), salt.begin());
  return salt;
}

}  // namespace

base::SecretBytes read_secret_line(Context& context, std::string_view prompt) {
  const NoEcho no_echo;
  if (!no_echo.active()) return read_line(no_echo);
  context.err << prompt << std::flush;
  base::SecretBytes line = read_line(no_echo);
  context.err << '\n';
  return line;
}

void CollectionOptions::add_to(CLI::App& command) {
  command.add_option("COLLECTION", name, "A collection: its folder, or its name under collections/")
      ->required();
}

void CollectionOptions::add_table_to(CLI::App& command) {
  command.add_option("--table", table, "The table, where the collection has several");
}

collection::Collection CollectionOptions::load() const {
  return collection::load_collection(collection::find_collection(name));
}

const collection::Table& CollectionOptions::table_of(const collection::Collection& collection) const {
  if (!table.empty()) return collection.table(table);
  if (collection.tables.size() == 1) return collection.tables.front();
  throw base::Error("CND-1302", "The collection has several tables: name one with --table.")
      .with("collection", base::Label(collection.name));
}

void VaultOptions::add_to(CLI::App& command) {
  command.add_option("--vault", vault, "The vault's file")->required();
  command.add_option("--key-file", key_file, "The file with the vault's key (candour key new)");
  command.add_flag("--passphrase", passphrase, "Read a passphrase from standard input instead of a key file");
}

void VaultOptions::require_one_key() const {
  if (passphrase == !key_file.empty()) {
    throw base::Error("CND-1015",
                      "Give the vault's key with --key-file or with --passphrase, one of the two.");
  }
}

base::SecretBytes VaultOptions::new_key(Context& context) const {
  require_one_key();
  if (!passphrase) return crypto::load_key_file(key_file);
  if (context.disk.exists(vault)) {
    throw base::Error("CND-1005", "The vault exists already and is never replaced.").with("path", vault);
  }
  const base::SecretBytes typed = read_passphrase(context.err, Ask::kTwice);
  // An attempt that was cut off may have left its salt, and no vault.
  const std::filesystem::path path = salt_path(vault);
  if (!context.disk.exists(path)) {
    Salt salt{};
    context.random.fill(salt);
    context.disk.store_new(path, base::to_hex(salt) + "\n");
  }
  return crypto::key_from_passphrase(typed, load_salt(context, path));
}

vault::Vault VaultOptions::open(Context& context) const {
  require_one_key();
  if (!passphrase) return vault::Vault::open(context.disk, vault, crypto::load_key_file(key_file));
  if (!context.disk.exists(vault))
    throw base::Error("CND-1002", "There is no such vault.").with("path", vault);
  const base::SecretBytes typed = read_passphrase(context.err, Ask::kOnce);
  return vault::Vault::open(context.disk, vault,
                            crypto::key_from_passphrase(typed, load_salt(context, salt_path(vault))));
}

void ReferenceOptions::add_to(CLI::App& command) {
  command.add_option("--reference", pairs,
                     "NAME=FILE: a reference of the collection and where it lies; repeat");
}

std::map<std::string, std::filesystem::path> ReferenceOptions::paths() const {
  std::map<std::string, std::filesystem::path> paths;
  for (const std::string& pair : pairs) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw base::Error("CND-1016", "A reference is given as NAME=FILE.").with("given", base::Label(pair));
    }
    paths[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return paths;
}

std::string organisation_code(std::string_view text) {
  if (auto code = collection::ods_code(text)) return *std::move(code);
  throw base::Error("CND-1019", "This cannot be an organisation's code.").with("given", base::Label(text));
}

base::Date day_of(std::string_view text) {
  const auto day = base::Date::parse_iso(text);
  if (!day) throw base::Error("CND-1016", "A day is given as 2026-11-28.").with("given", base::Label(text));
  return *day;
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    if (!part.empty()) parts.emplace_back(part);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return parts;
}

}  // namespace candour::cli
