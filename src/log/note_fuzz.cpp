// Whatever is given as a note, signature lines or a key: it is refused with an error, or is written as it was
// read; and no change makes a signature of the known key out of none.
//
//   cmake --preset fuzz && ninja -C build/fuzz note_fuzz
//   mkdir -p build/corpus && build/fuzz/note_fuzz build/corpus tests/fuzz/note
#include <cstdint>
#include <string>
#include <string_view>

#include "candour/base/error.h"
#include "candour/log/note.h"

using namespace candour;

namespace {

void check_note(std::string_view bytes) {
  static const log::VerifierKey kKnown[] = {
      log::parse_verifier_key("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")};
  try {
    const log::Note note = log::parse_note(bytes);
    CANDOUR_CHECK(log::write_note(note) == bytes);
    // Nobody else can sign with that key.
    if (!log::verify_note(note, kKnown).empty()) CANDOUR_CHECK(note.text == "This is an example message.\n");
  } catch (const base::Error&) {
  }
}

void check_lines(std::string_view bytes) {
  try {
    std::string written;
    for (const log::NoteSignature& line : log::parse_signature_lines(bytes)) {
      written += log::write_signature_line(line);
    }
    CANDOUR_CHECK(written == bytes);
  } catch (const base::Error&) {
  }
}

void check_key(std::string_view bytes) {
  try {
    CANDOUR_CHECK(log::write_verifier_key(log::parse_verifier_key(bytes)) == bytes);
  } catch (const base::Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = base::as_text({data, size});
  check_note(bytes);
  check_lines(bytes);
  check_key(bytes);
  return 0;
}
