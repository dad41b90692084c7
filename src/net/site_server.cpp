#include "candour/net/site_server.h"

#include <mutex>

#include "candour/base/bytes.h"
#include "candour/base/error.h"
#include "candour/net/answer.h"
#include "candour/net/server.h"
#include "candour/net/site_folder.h"

namespace candour::net {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{64} << 10;
constexpr unsigned kWorkers = 4;

// A file of the site as the body of an answer.
class SiteFileSource final : public base::ByteSource {
 public:
  explicit SiteFileSource(SiteFile file) : file_(std::move(file)) {}
  std::size_t read(std::span<std::uint8_t> out) override {
    const std::size_t got = file_.read_at(at_, out);
    at_ += got;
    return got;
  }

 private:
  SiteFile file_;
  std::uint64_t at_ = 0;
};

Response explain(int status, std::string_view reason) {
  Response response = text_response("text/html; charset=utf-8", explanation_page(status, reason));
  response.status = status;
  return response;
}

class Site {
 public:
  explicit Site(const SiteOptions& options) : folder_(options.folder, options.files) {}
  Response answer(const Request& request);

 private:
  std::string etag_of(const SiteFile& file);

  SiteFolder folder_;
  std::mutex digests_;  // guards the digests that folder_ keeps
};

Response Site::answer(const Request& request) {
  const std::string& asked = request.segments.front();
  const bool names_folder = asked.empty() || asked.ends_with('/');
  const std::string path = names_folder ? asked + "index.html" : asked;
  Lookup lookup = folder_.open(path);
  if (lookup.found == Found::kFolder) {
    // A page's own links are relative to its address: that of a folder must end with '/'.
    Response elsewhere = explain(308, "The page of a folder has an address that ends with a slash.");
    elsewhere.more.push_back({"Location", request.target.substr(0, request.target.find('?')) + "/"});
    return elsewhere;
  }
  if (lookup.found == Found::kNothing) return explain(404, "No file of this site has this address.");
  const std::string etag = etag_of(*lookup.file);
  Response response;
  response.more.push_back({"ETag", etag});
  response.more.push_back({"Cache-Control", "no-cache"});  // keep it, but ask whether it is still the same
  if (matches_etag(request.field_value("If-None-Match").value_or(""), etag)) {
    response.status = 304;
    return response;
  }
  response.content_type = media_type_of(path);
  const std::uint64_t size_bytes = lookup.file->size_bytes();
  response.body = BodySource{std::make_unique<SiteFileSource>(*std::move(lookup.file)), size_bytes};
  return response;
}

std::string Site::etag_of(const SiteFile& file) {
  std::optional<base::Digest> digest;
  {
    const std::lock_guard lock(digests_);
    digest = folder_.known_digest(file);
  }
  if (!digest) {
    base::Sha256 hash;
    std::vector<std::uint8_t> piece(kPieceBytes);
    for (std::uint64_t at = 0; at < file.size_bytes();) {
      const std::size_t got = file.read_at(at, piece);
      if (got == 0) break;
      hash.update(std::span(piece).first(got));
      at += got;
    }
    digest = hash.finish();
    const std::lock_guard lock(digests_);
    folder_.keep_digest(file, *digest);
  }
  return "\"" + base::to_hex(*digest) + "\"";
}

}  // namespace

void serve_site(const SiteOptions& options, const base::Clock& clock, const std::stop_token& stop) {
  Site site(options);
  const Route all{.method = Method::kGet, .pattern = "*", .handle = [&site](const Request& request) {
                    return site.answer(request);
                  }};
  Server server({.port = options.port,
                 .explain = explain,
                 .signals = options.signals,
                 .workers = kWorkers,
                 .connections_at_most = options.connections_at_most,
                 .head_deadline = options.head_deadline,
                 .idle_deadline = options.head_deadline,
                 .piece_deadline = options.write_deadline,
                 .stop_deadline = options.stop_deadline},
                {all}, clock);
  if (options.on_listening) options.on_listening(server.port());
  server.run(stop);
}

}  // namespace candour::net
