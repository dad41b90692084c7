# Third-party parts. A module sees the headers of those that tools/edges.txt gives it, as SYSTEM headers.
# tools/setup puts into build/parts what does not come from Debian: DuckDB, SQLCipher, the style sheet.
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
set(CANDOUR_PARTS ${CMAKE_SOURCE_DIR}/build/parts CACHE PATH "what tools/setup built")
if(NOT EXISTS ${CANDOUR_PARTS}/ready)
  message(FATAL_ERROR "Run tools/setup first: ${CANDOUR_PARTS} is not complete.")
endif()

function(candour_part name)
  cmake_parse_arguments(P "" "" "INCLUDE;LINK;DEFINE" ${ARGN})
  add_library(part_${name} INTERFACE)
  target_include_directories(part_${name} SYSTEM INTERFACE ${P_INCLUDE})
  target_link_libraries(part_${name} INTERFACE ${P_LINK})
  target_compile_definitions(part_${name} INTERFACE ${P_DEFINE})
endfunction()

candour_part(sodium LINK sodium)
candour_part(tomlplusplus)
# Where Debian's own Boost 1.81 cannot be installed (another version is), tools/setup unpacks it here; an empty
# list means /usr/include.
file(GLOB CANDOUR_BOOST ${CANDOUR_PARTS}/boost/include)
candour_part(boost_json INCLUDE ${CANDOUR_BOOST})
# Compiled once, in src/net/boost_impl.cpp, instead of in every file that includes them. Asio's TLS is OpenSSL's.
candour_part(boost_beast INCLUDE ${CANDOUR_BOOST} LINK Threads::Threads OpenSSL::SSL OpenSSL::Crypto
  DEFINE BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION)
if(CANDOUR_SANITIZE STREQUAL "thread")
  # g++ warns that ThreadSanitizer does not see Asio's fences; a mutex of Asio's queue stands beside each of them.
  target_compile_options(part_boost_beast INTERFACE -Wno-tsan)
endif()
candour_part(openssl LINK OpenSSL::SSL OpenSSL::Crypto)
candour_part(ctemplate LINK ctemplate_nothreads)
candour_part(zstd LINK zstd)
candour_part(md4c LINK md4c-html md4c)
candour_part(cli11)
candour_part(duckdb INCLUDE ${CANDOUR_PARTS}/duckdb/include LINK ${CANDOUR_PARTS}/duckdb/lib/libduckdb.so)
candour_part(sqlcipher INCLUDE ${CANDOUR_PARTS}/sqlcipher/include
  LINK ${CANDOUR_PARTS}/sqlcipher/lib/libcandour_sqlcipher.a OpenSSL::Crypto Threads::Threads ${CMAKE_DL_LIBS} m
  DEFINE SQLITE_HAS_CODEC)
# A header-only part still lives in /usr/include; tools/check refuses its include outside its module.

# What tests share: RapidCheck, the folder of CANDOUR_SHARED, folders that go away (tests/support).
add_library(test_support INTERFACE)
target_include_directories(test_support INTERFACE ${CMAKE_SOURCE_DIR}/tests/support)
target_include_directories(test_support SYSTEM INTERFACE /usr/include/doctest)
target_link_libraries(test_support INTERFACE rapidcheck)
