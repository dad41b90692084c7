#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <thread>

#include "candour/base/disk.h"
#include "candour/base/error.h"
#include "candour/base/store_new.h"
#include "candour/testing/shared.h"

namespace candour::base {
namespace {

using testing::TemporaryFolder;
using Names = std::vector<std::string>;

std::string code_of(const auto& call) {
  try {
    call();
  } catch (const Error& error) {
    return std::string(error.code().view());
  }
  return "none";
}

unsigned mode_of(const std::filesystem::path& path) {
  struct stat status;
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

TEST_CASE("store_new gives digest and size, mode 0600, and leaves no temporary name") {
  const TemporaryFolder folder;
  PosixDisk disk;
  const StoredFile stored = disk.store_new(folder.path() / "file", "abc");
  CHECK(stored.size_bytes == 3);
  CHECK(to_hex(stored.digest) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(load_text(disk, folder.path() / "file") == "abc");
  CHECK(mode_of(folder.path() / "file") == 0600);
  CHECK(disk.list(folder.path()) == Names{"file"});
}

TEST_CASE(
    "what is published is for everybody to read, whatever the umask, and the rest for its owner alone") {
  const TemporaryFolder folder;
  PosixDisk disk;
  const mode_t before = ::umask(0077);
  disk.make_folder(folder.path() / "release" / "tables", Access::kPublic);
  disk.store_new(folder.path() / "release" / "index.html", "x", Access::kPublic);
  ::umask(0);
  disk.make_folder(folder.path() / "vault");
  disk.store_new(folder.path() / "vault" / "key", "x");
  ::umask(before);
  CHECK(mode_of(folder.path() / "release") == 0755);
  CHECK(mode_of(folder.path() / "release/tables") == 0755);
  CHECK(mode_of(folder.path() / "release/index.html") == 0644);
  CHECK(mode_of(folder.path() / "vault") == 0700);
  CHECK(mode_of(folder.path() / "vault/key") == 0600);
  disk.make_folder(folder.path() / "vault", Access::kPublic);
  CHECK(mode_of(folder.path() / "vault") == 0700);
}

TEST_CASE("store_new never replaces, whatever stands there") {
  const TemporaryFolder folder;
  PosixDisk disk;
  disk.store_new(folder.path() / "file", "first");
  CHECK(code_of([&] { disk.store_new(folder.path() / "file", "second"); }) == "CND-1005");
  CHECK(load_text(disk, folder.path() / "file") == "first");
  disk.make_folder(folder.path() / "taken");
  CHECK(code_of([&] { disk.store_new(folder.path() / "taken", "x"); }) == "CND-1005");
  // A link to nowhere is a name too: following it would write outside the folder.
  std::filesystem::create_symlink("nowhere", folder.path() / "dangling");
  CHECK(code_of([&] { disk.store_new(folder.path() / "dangling", "x"); }) == "CND-1005");
  CHECK(disk.list(folder.path()) == Names{"dangling", "file", "taken"});
}

TEST_CASE("a leftover of a crash is removed, not written into") {
  const TemporaryFolder folder;
  PosixDisk disk;
  // The crash came between link and unlink: the temporary name is the finished file.
  disk.store_new(folder.path() / "kept", "finished");
  std::filesystem::create_hard_link(folder.path() / "kept", temporary_name_of(folder.path() / "next"));
  disk.store_new(folder.path() / "next", "other");
  CHECK(load_text(disk, folder.path() / "kept") == "finished");
  CHECK(load_text(disk, folder.path() / "next") == "other");
  CHECK(disk.list(folder.path()) == Names{"kept", "next"});
}

TEST_CASE("settle and a refused store_new take away what a killed store_new left") {
  const TemporaryFolder folder;
  PosixDisk disk;
  disk.store_new(folder.path() / "kept", "finished");
  const auto leave = [&] {
    std::filesystem::create_hard_link(folder.path() / "kept", temporary_name_of(folder.path() / "kept"));
  };
  leave();
  disk.settle(folder.path() / "kept");
  CHECK(disk.list(folder.path()) == Names{"kept"});
  disk.settle(folder.path() / "kept");
  leave();
  CHECK(code_of([&] { disk.store_new(folder.path() / "kept", "other"); }) == "CND-1005");
  CHECK(disk.list(folder.path()) == Names{"kept"});
  CHECK(load_text(disk, folder.path() / "kept") == "finished");
}

TEST_CASE("of many that store the same name at once one succeeds, and its file is whole") {
  const TemporaryFolder folder;
  for (int round = 0; round < 20; ++round) {
    const auto path = folder.path() / std::to_string(round);
    std::atomic<int> stored = 0;
    std::atomic<int> refused = 0;
    std::vector<std::thread> threads;
    for (char writer = 'a'; writer < 'e'; ++writer) {
      threads.emplace_back([&, writer] {
        PosixDisk disk;
        const std::string code = code_of([&] { disk.store_new(path, std::string(600'000, writer)); });
        if (code == "none") ++stored;
        if (code == "CND-1005") ++refused;
      });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(stored == 1);
    CHECK(refused == 3);
    const std::string text = load_text(PosixDisk(), path);
    CHECK(text == std::string(600'000, text.at(0)));
  }
  CHECK(PosixDisk().list(folder.path()).size() == 20);
}

TEST_CASE("a write that fails ends in CND-1003 and leaves no name behind") {
  const TemporaryFolder folder;
  PosixDisk disk;
  // Files of this process may not pass 64 KiB for a moment: the write fails as on a full disk.
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{65'536, before.rlim_max};
  REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  const std::string code =
      code_of([&] { disk.store_new(folder.path() / "file", std::string(100'000, 'x')); });
  REQUIRE(setrlimit(RLIMIT_FSIZE, &before) == 0);
  std::signal(SIGXFSZ, handler);
  CHECK(code == "CND-1003");
  CHECK(disk.list(folder.path()).empty());
}

TEST_CASE("a journal on a full device fails with CND-1003 and is refused from then on") {
  PosixDisk disk;
  const auto journal = disk.open_journal("/dev/full");
  CHECK(code_of([&] { journal->append(as_bytes("record")); }) == "CND-1003");
  CHECK(code_of([&] { journal->append(as_bytes("record")); }) == "CND-1003");
  CHECK(code_of([&] { journal->sync(); }) == "CND-1003");
}

TEST_CASE("what is missing or of another kind is CND-1002") {
  const TemporaryFolder folder;
  PosixDisk disk;
  const auto absent = folder.path() / "absent";
  CHECK(code_of([&] { (void)disk.open(absent); }) == "CND-1002");
  CHECK(code_of([&] { (void)disk.open(folder.path()); }) == "CND-1002");
  CHECK(code_of([&] { (void)disk.open_random(absent, OpenMode::kExisting); }) == "CND-1002");
  CHECK(code_of([&] { (void)disk.list(absent); }) == "CND-1002");
  CHECK(code_of([&] { disk.store_new(absent / "file", "x"); }) == "CND-1002");
  CHECK(!disk.exists(absent));
}

TEST_CASE("a journal goes on where it ended") {
  const TemporaryFolder folder;
  PosixDisk disk;
  const auto path = folder.path() / "journal";
  for (const char* record : {"one\n", "two\n"}) {
    const auto journal = disk.open_journal(path);
    journal->append(as_bytes(record));
    journal->sync();
  }
  CHECK(load_text(disk, path) == "one\ntwo\n");
  CHECK(mode_of(path) == 0600);
}

TEST_CASE("a random-access file is written, cut and read at any place") {
  const TemporaryFolder folder;
  PosixDisk disk;
  const auto path = folder.path() / "vault";
  const auto file = disk.open_random(path, OpenMode::kCreate);
  file->write_at(4, as_bytes("cdef"));
  file->write_at(0, as_bytes("ab"));
  file->truncate(6);
  file->sync();
  CHECK(file->size_bytes() == 6);
  CHECK(load_text(disk, path) == std::string("ab\0\0cd", 6));
  std::uint8_t out[8];
  CHECK(file->read_at(4, out) == 2);
  CHECK(file->read_at(6, out) == 0);
  CHECK(mode_of(path) == 0600);
  CHECK(disk.open_random(path, OpenMode::kExisting)->size_bytes() == 6);
}

TEST_CASE("folders are made with their parents, mode 0700, and again without an error") {
  const TemporaryFolder folder;
  PosixDisk disk;
  disk.make_folder(folder.path() / "a" / "b" / "c" / "");
  disk.make_folder(folder.path() / "a" / "b" / "c");
  for (const char* name : {"a", "a/b", "a/b/c"}) CHECK(mode_of(folder.path() / name) == 0700);
  disk.store_new(folder.path() / "file", "x");
  CHECK(code_of([&] { disk.make_folder(folder.path() / "file"); }) == "CND-1005");
}

TEST_CASE("names are listed bytewise, and removing twice is no error") {
  const TemporaryFolder folder;
  PosixDisk disk;
  for (const char* name : {"b", "a", "\xc3\xa9", "B", "aa"}) disk.store_new(folder.path() / name, "x");
  CHECK(disk.list(folder.path()) == Names{"B", "a", "aa", "b", "\xc3\xa9"});
  disk.remove(folder.path() / "aa");
  disk.remove(folder.path() / "aa");
  CHECK(disk.list(folder.path()) == Names{"B", "a", "b", "\xc3\xa9"});
}

TEST_CASE("a lock has one holder and is free again when it goes") {
  const TemporaryFolder folder;
  PosixDisk disk;
  auto held = disk.lock(folder.path() / "lock");
  CHECK(code_of([&] { (void)disk.lock(folder.path() / "lock"); }) == "CND-1006");
  held.reset();
  CHECK_NOTHROW(held = disk.lock(folder.path() / "lock"));
}

TEST_CASE("load_text refuses a file over its limit, and a FileSource reads a file once through") {
  const TemporaryFolder folder;
  PosixDisk disk;
  const auto path = folder.path() / "file";
  disk.store_new(path, "0123456789");
  CHECK(load_text(disk, path, 10) == "0123456789");
  CHECK(code_of([&] { (void)load_text(disk, path, 9); }) == "CND-1007");
  const auto file = disk.open(path);
  FileSource source(*file);
  std::uint8_t out[4];
  std::string text;
  while (const std::size_t got = source.read(out)) text += as_text(ByteView(out, got));
  CHECK(text == "0123456789");
  CHECK(source.position() == 10);
}

TEST_CASE("A pipe is refused at once, though nobody writes to it") {
  const testing::TemporaryFolder folder;
  const std::filesystem::path pipe = folder.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  PosixDisk disk;
  CHECK_THROWS_AS(static_cast<void>(disk.open(pipe)), Error);
}

}  // namespace
}  // namespace candour::base
